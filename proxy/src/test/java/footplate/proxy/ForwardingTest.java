package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.testkit.ScriptedUpstream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardingTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    @TempDir
    Path folder;

    @Test
    void aRequestReachesAUnixSocketAndItsAnswerComesBack() throws Exception {
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(HELLO));
                var bench = new Bench()) {
            bench.add(app.address());
            try (var client = bench.client()) {
                client.send("GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\n\r\n");
                assertThat(client.readAnswer())
                        .startsWith("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: ")
                        .endsWith("\r\n\r\nhello");
                assertThat(app.next())
                        .isEqualTo("GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-For: 127.0.0.1\r\n"
                                + "X-Forwarded-Proto: http\r\nX-Forwarded-Port: " + bench.port
                                + "\r\nX-Real-IP: 127.0.0.1\r\nX-Forwarded-Host: shop.example\r\n\r\n");
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.readAnswer()).endsWith("hello");
                assertThat(app.next()).endsWith("\r\n\r\nabc");
            }
            assertThat(app.accepted()).isEqualTo(1);
            assertThat(bench.underWay()).isZero();
        }
    }
}
