package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.api.v1.InstanceState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a daemon has in hand after much work is what it had after a little. */
@Tag("node")
final class FaultsOfLeaksIT {
    private static final String HELLO =
            "require('http').createServer((q, s) => s.end('v1 ' + process.pid)).listen(process.env.PORT)\n";

    private FaultyHome home;

    @BeforeEach
    void make() throws IOException {
        home = FaultyHome.make();
    }

    @AfterEach
    void close() throws Exception {
        home.close();
    }

    /** What a process has in hand. */
    private record Held(int descriptors, int threads, long resident) {
        static Held by(long pid) throws IOException {
            int threads = 0;
            long resident = 0;
            for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("Threads:")) {
                    threads = Integer.parseInt(line.replaceAll("\\D", ""));
                } else if (line.startsWith("VmRSS:")) {
                    resident = Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
            try (var all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
                return new Held((int) all.count(), threads, resident);
            }
        }
    }

    @Test
    void muchWorkLeavesNoDescriptorThreadOrSocketBehind() throws Exception {
        home.done("start", home.app("app", HELLO).toString(), "--port", "0", "--min", "1", "--max", "1");
        int port = home.port("app");
        work(port, 20);
        long daemon = home.daemon();
        var before = settled(daemon);

        work(port, 300);

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            var after = Held.by(daemon);
            // Idle upstream connections come and go: one each loop.
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 2);
            assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + 2);
            assertThat(after.resident()).isLessThan(before.resident() + (96L << 20));
        });
        home.done("delete", "app");
        try (var left = Files.list(home.home())) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("r") && !name.equals("releases"));
        }
    }

    private static Held settled(long daemon) throws IOException {
        var last = new Held[] {Held.by(daemon)};
        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    var now = Held.by(daemon);
                    boolean same = now.descriptors() == last[0].descriptors() && now.threads() == last[0].threads();
                    last[0] = now;
                    return same;
                });
        return last[0];
    }

    /** So many rounds of everything: a process ends and begins, 30 requests of which some are broken off, 7 calls. */
    private void work(int port, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            switch (round % 3) {
                case 0 -> home.client().restart("app", _ -> {});
                case 1 -> {
                    home.client().stop("app", _ -> {});
                    home.client().restart("app", _ -> {});
                }
                default -> {
                    long killed = running();
                    FaultyHome.signal("KILL", killed);
                    await().until(() -> home.describe("app").instances().stream()
                            .anyMatch(i -> i.state() == InstanceState.RUNNING
                                    && !Long.valueOf(killed).equals(i.pid())));
                }
            }
            var broken = new ArrayList<Socket>();
            try (var connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
                connection.setSoTimeout(20_000);
                for (int i = 0; i < 30; i++) {
                    connection
                            .getOutputStream()
                            .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    assertThat(answer(connection)).contains("200 OK");
                }
            }
            for (var half : List.of(
                    "GE",
                    "GET / HTTP/1.1\r\nHo",
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab")) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
                broken.add(socket);
            }
            for (var socket : broken) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            for (int i = 0; i < 7; i++) {
                assertThat(home.client().list().apps()).hasSize(1);
            }
        }
    }

    private long running() throws Exception {
        await().until(() -> !home.pids("app").isEmpty());
        return home.pids("app").last();
    }

    /** One answer with a body of known length, as the app sends it. */
    private static String answer(Socket connection) throws IOException {
        var text = new StringBuilder();
        var in = connection.getInputStream();
        while (text.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            if (read < 0) {
                return text + " (cut)";
            }
            text.append((char) read);
        }
        var head = text.toString().toLowerCase(Locale.ROOT);
        if (head.contains("transfer-encoding: chunked")) {
            while (text.indexOf("0\r\n\r\n", head.length()) < 0) {
                text.append((char) in.read());
            }
        } else {
            int length = Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
            text.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }
        return text.toString();
    }
}
