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

/** What an operator and a visitor see of processes that use more than they may. */
@Tag("node")
@Timeout(120)
class LimitsIT {
    /** Grows to some 200 MB when told so, and holds it. */
    private static final String GROWS = """
            let held = []
            require('http').createServer((request, response) => {
              if (request.url === '/grow') held.push(Buffer.alloc(200e6, 1))
              if (request.url === '/never') return
              if (request.url === '/files') {
                return response.end(require('fs').readFileSync('/proc/self/limits', 'utf8'))
              }
              response.end(String(process.pid))
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

    private int start(Object... settings) throws Exception {
        var app = Footplate.app(folder.resolve("shop"), GROWS);
        var arguments = new ArrayList<Object>(List.of("start", app, "--port", 0, "--max", 1));
        arguments.addAll(List.of(settings));
        return footplate.run(arguments.toArray()).fine().port();
    }

    private static String pid(int port) throws Exception {
        return Line.get(port, "/").body();
    }

    @Test
    void aProcessThatUsesTooMuchMemoryIsReplacedAndNoRequestFails() throws Exception {
        int port = start("--max-memory", "200MB", "--max-memory-time", "2s");
        var before = pid(port);
        try (var load = Load.on(port, "/")) {
            load.andMore(100);
            assertThat(Line.get(port, "/grow").body()).isEqualTo(before);
            Footplate.await(30, () -> load.bodies().size() > 1);
            load.andMore(100);
            assertThat(load.bodies())
                    .describedAs("it and its successor")
                    .hasSize(2)
                    .contains(before);
            assertThat(load.failures()).isEmpty();
        }
        assertThat(pid(port)).isNotEqualTo(before);
    }

    @Test
    void aProcessThatHasAnsweredEnoughIsReplacedAndNoRequestFails() throws Exception {
        int port = start("--max-requests", 300);
        var before = pid(port);
        try (var load = Load.on(port, "/")) {
            Footplate.await(
                    30, () -> load.bodies().size() > 1 || !load.failures().isEmpty());
            load.andMore(50);
            assertThat(load.failures()).isEmpty();
            assertThat(load.bodies()).contains(before).hasSizeGreaterThan(1);
        }
    }

    @Test
    void aRequestThatTakesTooLongCostsItsProcessAndOpenFilesAreLimited() throws Exception {
        int port = start("--max-request-time", "1s", "--open-files", 777);
        assertThat(Line.get(port, "/files").body()).containsPattern("Max open files +777 +777");
        var before = pid(port);
        assertThat(Line.get(port, "/never").status()).isEqualTo(504);
        Footplate.await(20, () -> !now(port).equals(before));
        assertThat(now(port)).isNotEqualTo(before);
    }

    private static String now(int port) {
        try {
            return pid(port);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    @Test
    void whatIsNoScheduleIsRefusedWithItsCure() throws Exception {
        var app = Footplate.app(folder.resolve("shop"), GROWS);
        var ended = footplate.run("start", app, "--port", 0, "--cron-restart", "0 25 * * *");
        assertThat(ended.code()).isNotZero();
        assertThat(ended.err()).contains("cron-restart", "'25'", "hour", "0 to 23", "@daily");
    }
}
