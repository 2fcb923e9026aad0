package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the kernel gives the event loops of the real program their turns. */
@Timeout(120)
class TurnsIT {
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_BATCH = 3;
    private static final int AT_ONCE = 100;

    /** A file that is there, and small. */
    private static final byte[] REQUESTS =
            "GET /a HTTP/1.1\r\nHost: a\r\n\r\n".repeat(AT_ONCE).getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    /** Field 41 of proc(5)'s stat, of each loop. */
    private static List<Integer> policies(long pid) throws IOException {
        var policies = new ArrayList<Integer>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (var task : tasks) {
                var stat = Files.readString(task.resolve("stat"));
                if (stat.contains("(footplate-loop")) {
                    policies.add(Integer.parseInt(
                            stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[38]));
                }
            }
        }
        return policies;
    }

    @Test
    void aLoopWithManyRequestsWaitsForItsTurnAndOneWithFewDoesNot() throws Exception {
        Files.writeString(folder.resolve("a"), "x");
        try (var footplate = new Footplate(folder)) {
            var site = footplate.begin("serve", ".", "--port", 0, "--workers", 1);
            int port = site.port();
            assertThat(policies(site.pid())).containsExactly(SCHED_OTHER);
            try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                int answer = -1;
                for (long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                        !policies(site.pid()).equals(List.of(SCHED_BATCH)); ) {
                    assertThat(System.nanoTime()).describedAs("in time").isLessThan(end);
                    socket.getOutputStream().write(REQUESTS);
                    if (answer < 0) {
                        answer = lengthOfAnswer(socket);
                        socket.getInputStream().readNBytes((AT_ONCE - 1) * answer);
                    } else {
                        socket.getInputStream().readNBytes(AT_ONCE * answer);
                    }
                }
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> policies(site.pid()).equals(List.of(SCHED_OTHER)));
            assertThat(site.signal("TERM").code()).isZero();
        }
    }

    private static int lengthOfAnswer(Socket socket) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        assertThat(head).startsWith("HTTP/1.1 200").contains("Content-Length: 1\r\n");
        return head.length() + socket.getInputStream().readNBytes(1).length;
    }
}
