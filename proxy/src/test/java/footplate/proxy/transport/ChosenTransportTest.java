package footplate.proxy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import org.junit.jupiter.api.Test;

class ChosenTransportTest {
    @Test
    void withoutAWishItIsEpollWithoutAWord() {
        for (var wish : new String[] {"auto", "epoll"}) {
            var chosen = ChosenTransport.of(Settings.standard().with(Setting.TRANSPORT, wish));
            assertThat(chosen.transport().name()).isEqualTo("epoll");
            assertThat(chosen.transport().sendsFiles()).isTrue();
            assertThat(chosen.note()).isEmpty();
        }
    }

    @Test
    void ioUringIsTakenWhereItWorks() {
        var missing = new IoUringTransport().missing();
        assumeTrue(missing == null, missing);
        var chosen = ChosenTransport.of(Settings.standard().with(Setting.TRANSPORT, "io_uring"));
        assertThat(chosen.transport().name()).isEqualTo("io_uring");
        assertThat(chosen.transport().sendsFiles()).isFalse();
        assertThat(chosen.note()).isEmpty();
    }

    @Test
    void whereItIsForbiddenEpollServesAndTheOperatorIsToldWhy() {
        var chosen = ChosenTransport.ioUring("io_uring_setup: Operation not permitted");
        assertThat(chosen.transport().name()).isEqualTo("epoll");
        assertThat(chosen.note())
                .isEqualTo("io_uring is not available here (io_uring_setup: Operation not permitted):"
                        + " epoll is used instead");
    }
}
