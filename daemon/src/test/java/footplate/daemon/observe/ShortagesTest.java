package footplate.daemon.observe;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.api.v1.ServerCounts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ShortagesTest {
    private final Shortages.Seen seen = new Shortages.Seen();

    private static ServerCounts counts(long turnedAway, long logLinesDropped) {
        return new ServerCounts(100, 0, 0, 0, 0, 0, 0, 0, 0, 0, turnedAway, 0, 0, 0, 0, logLinesDropped, 0, 0, 0);
    }

    private List<String> at(long seconds, ServerCounts counts) {
        return seen.look(counts, Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void whereThereIsRoomNothingIsTold() {
        assertThat(at(0, counts(0, 0))).isEmpty();
        assertThat(at(600, counts(0, 0))).isEmpty();
    }

    @Test
    void itIsToldAtOnceAndThenOnceAMinuteWithAllSince() {
        assertThat(at(0, counts(1, 0)))
                .singleElement()
                .asString()
                .startsWith("1 client connection was turned away for want of room (100 now open): 'max-connections'");
        assertThat(at(5, counts(500, 0))).isEmpty();
        assertThat(at(55, counts(900, 0))).isEmpty();
        assertThat(at(61, counts(900, 0))).singleElement().asString().startsWith("899 client connections were");
        assertThat(at(200, counts(900, 0))).isEmpty();
        assertThat(at(300, counts(901, 0))).singleElement().asString().startsWith("1 client connection was");
    }

    @Test
    void missingLinesOfLogsAreToldOfByThemselves() {
        assertThat(at(0, counts(1, 0))).hasSize(1);
        assertThat(at(5, counts(2, 30)))
                .containsExactly("30 lines are missing from access logs: the disk is full, or does not keep up");
    }

    @Test
    @Timeout(20)
    void itLooksByItself() throws InterruptedException {
        var told = new LinkedBlockingQueue<String>();
        try (var _ = Shortages.watch(
                () -> counts(3, 0), told::add, mistake -> told.add(mistake.toString()), Duration.ofMillis(5))) {
            assertThat(told.poll(10, TimeUnit.SECONDS)).startsWith("3 client connections were turned away");
        }
    }
}
