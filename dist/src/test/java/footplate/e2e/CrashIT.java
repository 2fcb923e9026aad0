package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a visitor and an operator see when processes end by themselves. */
@Tag("node")
@Timeout(120)
class CrashIT {
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
    void aKilledProcessIsReplacedAndCostsNoRequest() throws Exception {
        var shop = Footplate.app(folder.resolve("shop"));
        int port = footplate
                .run("start", shop, "--port", 0, "--min", 2, "--max", 2)
                .fine()
                .port();
        try (var load = Load.on(port, "/slow?ms=10")) {
            for (int round = 0; round < 3; round++) {
                load.andMore(100);
                var before = footplate.pids("shop");
                Footplate.signal("KILL", before.getFirst());
                Footplate.await(10, () -> replaced(before.getFirst()));
                assertThat(footplate.pids("shop")).hasSize(2).doesNotContain(before.getFirst());
            }
            load.andMore(100);
            assertThat(load.failures())
                    .describedAs(load.answered() + " were answered")
                    .isEmpty();
        }
        assertThat(footplate.describe("shop").instances().stream()
                        .mapToLong(instance -> instance.restarts())
                        .sum())
                .isEqualTo(3);
    }

    @Test
    void anAppThatAlwaysEndsIsGivenUpWithAReason() throws Exception {
        var shop = Footplate.app(folder.resolve("shop"), """
                if (process.env.BROKEN) {
                  console.error('<b>no database</b>')
                  process.exit(7)
                }
                require('http').createServer((q, s) => s.end('fine')).listen(process.env.PORT)
                """);
        var ended = footplate.with("BROKEN", "1").run("start", shop, "--port", 0, "--max", 1);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("exit code 7", "<b>no database</b>", "Cure:");

        assertThat(footplate.run("list").fine().err()).contains("shop: ", "exit code 7", "footplate describe shop");
        Footplate.await(60, () -> instanceState().equals("failed"));
        assertThat(instanceState()).isEqualTo("failed");
        assertThat(footplate.run("list").fine().out()).containsPattern("(?m)^shop +\\d+ +- +failed");
        assertThat(footplate.run("describe", "shop").fine().out())
                .contains("Problem: ", "exit code 7", "<b>no database</b>");
        assertThat(footplate.processes()).describedAs("only the daemon").hasSize(1);

        var described = footplate.describe("shop");
        int port = Integer.parseInt(described.url().replaceAll(".*:", ""));
        var plain = Line.get(port, "/", "Accept: text/html");
        assertThat(plain.status()).isEqualTo(503);
        assertThat(plain.body()).contains("Error id: ").doesNotContain("no database", "exit code", folder.toString());

        footplate.run("start", shop, "--port", port, "--max", 1, "-e", "development");
        var page = Line.get(port, "/", "Accept: text/html");
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.field("Content-Type")).startsWith("text/html");
        assertThat(page.body())
                .contains("shop could not be started", "exit code 7", "What to do", "Error id: ")
                .contains("&lt;b&gt;no database&lt;/b&gt;")
                .doesNotContain("<b>no database");

        footplate.with("BROKEN", "");
        footplate.run("start", shop, "--port", port, "--max", 1).fine();
        assertThat(Line.get(port, "/").body())
                .describedAs("mended, and started again")
                .isEqualTo("fine");
    }

    private boolean replaced(long pid) {
        try {
            var pids = new HashSet<>(footplate.pids("shop"));
            return pids.size() == 2
                    && !pids.contains(pid)
                    && footplate.describe("shop").instances().stream()
                            .allMatch(instance -> instance.state().name().equals("RUNNING"));
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private String instanceState() {
        try {
            return footplate
                    .describe("shop")
                    .instances()
                    .getFirst()
                    .state()
                    .name()
                    .toLowerCase(Locale.ROOT);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
