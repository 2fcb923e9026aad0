package footplate.daemon.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.route.PoolSignals;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process is drained when this daemon and all before it are done with it. */
final class DrainsTest {
    private static final RunId RUN = new RunId(7);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private final List<RunId> drained = new ArrayList<>();
    private final Drains drains = new Drains(new PoolSignals() {
        @Override
        public void busy(AppName app) {}

        @Override
        public void drained(RunId run) {
            drained.add(run);
        }
    });
    private Link before;
    private Link itself;

    @BeforeEach
    void connect() throws IOException {
        var place = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(place);
            before = new Link(SocketChannel.open(place));
            itself = new Link(server.accept());
        }
    }

    @AfterEach
    void close() {
        before.close();
        itself.close();
    }

    @Test
    void withNobodyBeforeItsOwnPartIsAll() {
        drains.drain(RUN, drains::drained);

        assertThat(drained).containsExactly(RUN);
    }

    @Test
    void theOneBeforeIsAskedAndWaitedFor() throws Exception {
        drains.add(before);
        drains.drain(RUN, drains::drained);

        assertThat(itself.next(LIMIT)).isEqualTo("drain 7");
        assertThat(drained).isEmpty();
        drains.drained(before, new RunId(8));
        assertThat(drained).isEmpty();
        drains.drained(before, RUN);
        assertThat(drained).containsExactly(RUN);
    }

    @Test
    void itsOwnPartMayBeTheLast() {
        drains.add(before);
        drains.drain(RUN, _ -> {});
        drains.drained(before, RUN);
        assertThat(drained).isEmpty();

        drains.drained(RUN);

        assertThat(drained).containsExactly(RUN);
    }

    @Test
    void oneThatHasLeftHasNothingInHand() {
        drains.add(before);
        drains.drain(RUN, drains::drained);
        assertThat(drains.any()).isTrue();

        drains.remove(before);

        assertThat(drained).containsExactly(RUN);
        assertThat(drains.any()).isFalse();
    }

    @Test
    void aLinkTellsItsEndToEachWhoAsks() throws Exception {
        before.close();

        assertThat(itself.next(LIMIT)).isNull();
        assertThat(itself.next(LIMIT)).isNull();
    }
}
