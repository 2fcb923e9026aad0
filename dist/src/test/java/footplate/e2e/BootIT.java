package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code footplate startup} on a machine that systemd runs: in a machine of the test's own, which is booted twice. */
@Tag("node")
@SuppressWarnings("try") // a test that is interrupted fails, as it should
final class BootIT {
    private static final String UNIT = "footplate-root.service";

    private static final String APP = """
            const server = require('http').createServer((q, s) => s.end('pid ' + process.pid))
            server.listen(process.env.PORT)
            process.on('SIGINT', () => { console.log('leaves in order'); server.close(() => process.exit(0)) })
            """;

    private Machine machine;

    @Test
    void aServiceIsStartedKilledUpgradedRebootedStoppedAndTakenBack() throws Exception {
        var missing = Machine.missing();
        if (!missing.isEmpty()) {
            System.err.println("BootIT is skipped: " + missing);
        }
        assumeTrue(missing.isEmpty(), missing);
        try (var made = Machine.make()) {
            machine = made;
            Files.createDirectories(machine.file("/opt/app"));
            Files.writeString(machine.file("/opt/app/app.js"), APP);
            machine.boot();
            startupTakesOverFromTheDaemonThatRuns();
            whileTheDaemonIsGoneConnectionsWait();
            reloadUpgrades();
            afterARebootItRunsAgain();
            stopStopsTheAppsInOrder();
            unstartupTakesItBack();
        }
    }

    private void startupTakesOverFromTheDaemonThatRuns() throws Exception {
        footplate("start", "/opt/app", "--port", "3000", "--min", "2", "--max", "2");
        var apps = apps();
        assertThat(apps).hasSize(2);
        var before = footplate("ping");

        assertThat(footplate("startup")).contains("is enabled and runs");

        assertThat(machine.done("systemctl", "is-enabled", UNIT)).contains("enabled");
        assertThat(footplate("ping")).isNotEqualTo(before).contains("PID " + mainPid());
        assertThat(apps()).isEqualTo(apps);
        assertThat(answer()).startsWith("pid ");
        assertThat(show("NFileDescriptorStore")).isEqualTo("1");
    }

    private void whileTheDaemonIsGoneConnectionsWait() throws Exception {
        var apps = apps();
        for (int death = 0; death < 3; death++) {
            var daemon = mainPid();
            // Frozen for a moment, the daemon cannot accept; then it is gone, and with it nothing that waits.
            machine.done("kill", "-STOP", daemon);
            var asked = machine.done("sh", "-c", """
                    curl -sS -m 30 -o /tmp/one -w '%%{http_code} %%{time_total} ' localhost:3000 & one=$!
                    kill -KILL %s
                    curl -sS -m 30 -o /tmp/two -w '%%{http_code} %%{time_total} ' localhost:3000; wait $one
                    """.formatted(daemon));
            System.out.println("kill -9 of the daemon: answered after (code, seconds) " + asked);
            assertThat(asked).matches("200 \\S+ 200 \\S+ ");
            assertThat(mainPid()).isNotEqualTo(daemon);
            assertThat(apps()).describedAs("the apps go on").isEqualTo(apps);
        }
    }

    private void reloadUpgrades() throws Exception {
        var apps = apps();
        var daemon = mainPid();

        machine.done("systemctl", "reload", UNIT);

        assertThat(mainPid()).isNotEqualTo(daemon);
        assertThat(footplate("ping")).contains("PID " + mainPid());
        assertThat(apps()).isEqualTo(apps);
        assertThat(answer()).startsWith("pid ");
        assertThat(show("NFileDescriptorStore")).isEqualTo("1");
    }

    private void afterARebootItRunsAgain() throws Exception {
        machine.shutDown();
        machine.boot();

        assertThat(machine.done("systemctl", "is-active", UNIT)).contains("active");
        Footplate.await(20, () -> {
            try {
                return apps().size() == 2;
            } catch (Exception notYet) {
                return false;
            }
        });
        assertThat(answer()).startsWith("pid ");
        assertThat(footplate("list", "--json")).contains("\"running\"");
    }

    private void stopStopsTheAppsInOrder() throws Exception {
        machine.done("systemctl", "reload", UNIT);
        machine.done("systemctl", "stop", UNIT);

        assertThat(machine.in("pgrep", "-f", "/opt/app/app.js").out()).isEmpty();
        assertThat(machine.done("sh", "-c", "cat /var/lib/footplate/logs/*")).contains("leaves in order");
        assertThat(machine.done("journalctl", "-u", UNIT))
                .contains("told to leave by a signal", "the daemon leaves")
                .doesNotContain("SIGKILL", "mistake");
        machine.done("systemctl", "start", UNIT);
        assertThat(answer()).startsWith("pid ");
    }

    private void unstartupTakesItBack() throws Exception {
        assertThat(footplate("unstartup")).contains("removed");

        assertThat(machine.file("/etc/systemd/system/" + UNIT)).doesNotExist();
        assertThat(machine.in("pgrep", "-f", "/opt/app/app.js").out()).isEmpty();
        assertThat(machine.in("systemctl", "is-active", UNIT).out()).contains("inactive");
    }

    private String footplate(String... arguments) throws IOException, InterruptedException {
        var command = new String[arguments.length + 1];
        command[0] = Machine.FOOTPLATE;
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return machine.done(command);
    }

    private List<String> apps() throws IOException, InterruptedException {
        return Arrays.stream(machine.in("pgrep", "-f", "/opt/app/app.js").out().split("\n", -1))
                .filter(pid -> !pid.isEmpty())
                .toList();
    }

    private String answer() throws IOException, InterruptedException {
        return machine.done("curl", "-sS", "-m", "30", "localhost:3000");
    }

    private String mainPid() throws IOException, InterruptedException {
        return show("MainPID");
    }

    private String show(String property) throws IOException, InterruptedException {
        return machine.done("systemctl", "show", "--property=" + property, "--value", UNIT)
                .strip();
    }
}
