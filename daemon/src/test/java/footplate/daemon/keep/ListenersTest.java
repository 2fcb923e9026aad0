package footplate.daemon.keep;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Entry.Binding;
import footplate.daemon.config.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ListenersTest {
    private static final Binding OLD = new Binding("127.0.0.1", 3_000);
    private static final Binding NEW = new Binding("127.0.0.1", 3_001);

    private final List<Binding> bound = new ArrayList<>();
    private final Listeners<Binding> listeners = new Listeners<>(
            new Listeners.Acceptor<Binding>() {
                @Override
                public void listen(Binding binding) {
                    bound.add(binding);
                }

                @Override
                public void unlisten(Binding binding) {
                    bound.remove(binding);
                }
            },
            _ -> {});

    @Test
    void anAddressGivenUpWhileItWasReservedIsClosedWithTheReservation() throws Refused {
        publish(Set.of(OLD));
        var reservation = listeners.reserve(NEW);
        publish(Set.of(NEW));
        publish(Set.of(OLD)); // the change failed: its definition gave way to the one before
        assertThat(bound).containsExactlyInAnyOrder(OLD, NEW);

        reservation.close();

        assertThat(bound).containsExactly(OLD);
        assertThat(listeners.isOpen(NEW)).isFalse();
    }

    @Test
    void anAddressThatAnAppNeedsOutlivesItsReservation() throws Refused {
        var first = listeners.reserve(NEW);
        var second = listeners.reserve(NEW);
        first.close();
        assertThat(bound).containsExactly(NEW);
        publish(Set.of(NEW));

        second.close();

        assertThat(bound).containsExactly(NEW);
    }

    private void publish(Set<Binding> wanted) {
        listeners.open(wanted);
        listeners.closeOthers(wanted);
    }
}
