package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator and visitors see of health checks. */
@Tag("node")
@Timeout(120)
class HealthIT {
    /** {@code /block} hangs the event loop; {@code /up} answers, or with SILENT says nothing. */
    private static final String APP = """
            require('http').createServer((request, response) => {
              if (request.url === '/block') for (;;);
              if (request.url === '/up' && process.env.SILENT) return
              response.end(`${process.pid}`)
            }).listen(process.env.PORT)
            """;

    @TempDir
    Path folder;

    private Footplate footplate;

    @BeforeEach
    void moveIn() {
        footplate = new Footplate(folder);
    }

    @AfterEach
    void moveOut() throws Exception {
        footplate.close();
    }

    @Test
    void aHungAppIsReplacedAlsoAfterARestartOfTheDaemon() throws Exception {
        int port = start("--drain", "1s", "--kill-timeout", "1s").fine().port();
        var hung = footplate.pids("shop");
        Footplate.signal("KILL", footplate.daemon());
        assertThat(footplate.pids("shop")).describedAs("adopted").isEqualTo(hung);

        try (var victim = new Line(port)) {
            // A GET would be sent again, to the new process, when the hung one is killed.
            victim.send("POST", "/block", "");
            Footplate.await(60, () -> {
                var now = pids();
                return now.size() == 1 && !now.equals(hung);
            });

            assertThat(pids()).hasSize(1).doesNotContainAnyElementsOf(hung);
            assertThat(Line.get(port, "/").body()).isEqualTo(pids().getFirst().toString());
            assertThat(footplate.processes().keySet())
                    .describedAs("the hung one is ended")
                    .doesNotContainAnyElementsOf(hung);
        }
    }

    @Test
    void aHealthCheckThatTimesOutFailsTheStartAndSaysSo() throws Exception {
        footplate.with("SILENT", "1");

        var failed = start("--health-start-period", "100ms");

        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err())
                .contains(
                        "did not pass its health check (http:/up)",
                        "no answer within 2s",
                        "Cure:",
                        "pass its health check");
    }

    @Test
    void whatIsNoHealthCheckIsRefused() throws Exception {
        var shop = Footplate.app(folder.resolve("shop"), APP);

        var refused = footplate.run("start", shop, "--port", 0, "--health", "https:/up");

        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("'https:/up' is no health check", "Write http:/path, tcp, or exec:COMMAND");
    }

    private Footplate.Ended start(Object... more) throws Exception {
        var shop = Footplate.app(folder.resolve("shop"), APP);
        var call = new ArrayList<Object>(List.of(
                "start",
                shop,
                "--port",
                0,
                "--max",
                1,
                "--health",
                "http:/up",
                "--health-interval",
                "200ms",
                "--health-timeout",
                "2s",
                "--health-threshold",
                2));
        call.addAll(List.of(more));
        return footplate.run(call.toArray());
    }

    private List<Long> pids() {
        try {
            return footplate.pids("shop");
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
