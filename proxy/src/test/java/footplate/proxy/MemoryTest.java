package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that take nothing of their answers may take some memory, and not all of it. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
@Timeout(60)
class MemoryTest {
    private static final byte[] FILM = new byte[4_000_000];
    private static final long MB = 1L << 20;

    @Test
    void clientsWhoTakeNothingDoNotTakeAllMemory() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    while (true) {
                        var request = wire.readRequest();
                        boolean large = request.startsWith("GET /film");
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + (large ? FILM.length : 2) + "\r\n\r\n");
                        wire.send(large ? FILM : new byte[] {'o', 'k'});
                    }
                });
                var bench = new Bench(Bench.usual().with(Setting.CONNECTION_MEMORY, "16MB"))) {
            bench.add(app.address());
            var slow = new ArrayList<Wire>();
            try {
                for (int i = 0; i < 600; i++) {
                    var client = Wire.connectNarrow(bench.port);
                    slow.add(client);
                    client.send("GET /film HTTP/1.1\r\nHost: a\r\n\r\n");
                }
                await().until(() ->
                        bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 503"));
                assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).contains("\r\nRetry-After: 1\r\n");
                assertThat(bench.proxy.directMemory()).isLessThan(40 * MB);
            } finally {
                for (var client : slow) {
                    client.close();
                }
            }
            await().until(() -> bench.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 200"));
        }
    }
}
