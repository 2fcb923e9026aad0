package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the loops leave the processor to others until their turn is over. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class TurnsTest {
    /** Nobody answers there, so that it costs next to nothing. */
    private static final String HUNDRED = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100);

    private final List<Boolean> said = new CopyOnWriteArrayList<>();
    private final AtomicInteger deaf = new AtomicInteger();

    private ProxySettings settings() {
        return Bench.usual().with(Setting.WORKERS, "1").withTurns(wanted -> {
            if (deaf.get() > 0) {
                deaf.decrementAndGet();
                return false;
            }
            return said.add(wanted);
        });
    }

    private static void ask(Bench bench, int hundreds) throws Exception {
        try (var client = bench.client()) {
            for (int i = 0; i < hundreds; i++) {
                client.send(HUNDRED);
                for (int answer = 0; answer < 100; answer++) {
                    client.readAnswer();
                }
            }
        }
    }

    @Test
    void manyRequestsAreTakenTogetherAndFewOneByOne() throws Exception {
        try (var bench = new Bench(settings())) {
            await().atMost(Duration.ofSeconds(40)).until(() -> {
                ask(bench, 5);
                return !said.isEmpty();
            });
            assertThat(said).first().isEqualTo(true);
            await().atMost(Duration.ofSeconds(10)).until(() -> !said.getLast());
            // One word each time it changes.
            for (int i = 0; i < said.size(); i++) {
                assertThat(said.get(i)).isEqualTo(i % 2 == 0);
            }
        }
    }

    @Test
    void aFewRequestsChangeNothing() throws Exception {
        try (var bench = new Bench(settings())) {
            ask(bench, 4);
            long requests = bench.proxy.stats().requests();
            assertThat(requests).isEqualTo(400);
            await().pollDelay(Duration.ofMillis(2_500))
                    .atMost(Duration.ofSeconds(5))
                    .until(said::isEmpty);
        }
    }

    @Test
    void muchThatIsPassedOnIsPassedOnAtOnce() throws Exception {
        var film = new byte[100_000];
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    while (!wire.readRequest().isEmpty()) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + film.length + "\r\n\r\n");
                        wire.send(film);
                    }
                });
                var bench = new Bench(settings());
                var client = bench.client()) {
            bench.add(app.address());
            long from = System.nanoTime();
            int requests = 0;
            while (System.nanoTime() - from < Duration.ofSeconds(3).toNanos()) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                client.readBytes(client.readHead().isEmpty() ? 0 : film.length);
                requests++;
            }
            assertThat(said).as("%d requests in three seconds", requests).isEmpty();
        }
    }

    @Test
    void whatCouldNotBeSaidIsSaidAgain() throws Exception {
        deaf.set(2);
        try (var bench = new Bench(settings())) {
            await().atMost(Duration.ofSeconds(50)).until(() -> {
                ask(bench, 5);
                return !said.isEmpty();
            });
            assertThat(said).first().isEqualTo(true);
            assertThat(deaf).hasValue(0);
        }
    }
}
