package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.api.client.HomeLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Foreground runs that end in every other way than a single Ctrl-C. */
@Tag("node")
final class FaultsOfRunIT {
    /** Its grandchild sits in a session of its own and ignores what it is asked. */
    private static final String FAMILY = """
            require('child_process').spawn('setsid', ['sh', '-c', "trap '' TERM INT HUP; while :; do sleep 1; done"], { stdio: 'ignore' })
            require('http').createServer((q, s) => s.end('ok')).listen(process.env.PORT)
            """;

    private static final String DEAF =
            "for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, () => {})\n" + FAMILY;

    private FaultyHome home;
    private final String mark = "FAULTS_OF_RUN=" + System.nanoTime();

    @BeforeEach
    void make() throws IOException {
        home = FaultyHome.make();
        home.environment().put("FAULTS_OF_RUN", mark.substring(mark.indexOf('=') + 1));
    }

    @AfterEach
    void close() throws Exception {
        for (var left : apps().keySet()) {
            FaultyHome.system("kill", "-9", Long.toString(left));
        }
        home.close();
    }

    /** The app's processes: they inherit our mark, as the run itself does. */
    private Map<Long, String> apps() throws IOException {
        var found = FaultyHome.withVariable(mark);
        found.values().removeIf(command -> command.contains("footplate.dist.Main") || command.contains("python3"));
        return found;
    }

    private String[] run(String source, String... more) throws IOException {
        return Stream.concat(
                        Stream.of("run", home.app("app", source).toString(), "--port", "0", "--min", "1", "--max", "1"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private FaultyHome.Begun serving(String source, String... more) throws Exception {
        var run = home.begin(run(source, more));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(run.err()).contains("Ctrl-C stops it"));
        await().until(() -> apps().size() >= 3);
        return run;
    }

    private List<Path> runFolders() throws IOException {
        var runs = new HomeLayout(home.home()).runs();
        if (!Files.exists(runs)) {
            return List.of();
        }
        try (var all = Files.list(runs)) {
            return all.toList();
        }
    }

    @Test
    void aKilledRunTakesItsAppsWithItAndTheNextOneTidiesUp() throws Exception {
        var run = serving(FAMILY);

        run.process().destroyForcibly();

        assertThat(run.end().code()).isEqualTo(137);
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(apps()).isEmpty());
        assertThat(home.done("list", "--json").out()).doesNotContain("\"app\"");
        var next = serving(FAMILY);
        assertThat(runFolders()).hasSize(1);
        next.process().destroy();
        assertThat(next.end().code()).isZero();
        assertThat(runFolders()).isEmpty();
        assertThat(apps()).isEmpty();
    }

    @Test
    void aHangupEndsItInOrder() throws Exception {
        var run = serving(FAMILY);
        FaultyHome.signal("HUP", run.process().pid());
        assertThat(run.end().code()).isZero();
        assertThat(apps()).isEmpty();
        assertThat(runFolders()).isEmpty();
    }

    @Test
    void impatientCtrlCsDoNotKeepItFromEndingInOrder() throws Exception {
        var run = serving(DEAF, "--kill-timeout", "1s");
        FaultyHome.signal("INT", run.process().pid());
        await().untilAsserted(() -> assertThat(run.err()).contains("stopping"));
        FaultyHome.signal("INT", run.process().pid());
        FaultyHome.signal("INT", run.process().pid());
        assertThat(run.end().code()).isZero();
        assertThat(apps()).isEmpty();
        assertThat(runFolders()).isEmpty();
    }

    @Test
    void ctrlCDuringAStartEndsItAtOnce() throws Exception {
        var run = home.begin(run("setInterval(() => {}, 1000); console.log('still loading')\n"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(run.out()).contains("still loading"));
        FaultyHome.signal("INT", run.process().pid());
        assertThat(run.end().code()).isZero();
        assertThat(apps()).isEmpty();
        assertThat(runFolders()).isEmpty();
    }

    @Test
    void theEndOfItsTerminalEndsItInOrder() throws Exception {
        var command = new ArrayList<>(List.of("python3", "-c", """
                import os, pty, sys, time
                pid, master = pty.fork()
                if pid == 0:
                    os.execv(sys.argv[1], sys.argv[1:])
                seen = b''
                while b'Ctrl-C stops it' not in seen:
                    seen += os.read(master, 4096)
                print('serves', flush=True)
                time.sleep(0.5)
                os.close(master)
                _, status = os.waitpid(pid, 0)
                print('ended', os.waitstatus_to_exitcode(status), flush=True)
                """));
        command.addAll(home.command(run(FAMILY)));

        var ended = home.begin(command).end();

        assertThat(ended.out()).isEqualTo("serves\nended 0\n");
        assertThat(apps()).isEmpty();
        assertThat(runFolders()).isEmpty();
    }

    @Test
    void aRunThatCannotStartSaysWhyAndLeavesNothing() throws Exception {
        var ended = home.refused(run("throw new Error('half a deploy')\n"));
        assertThat(ended.err()).contains("half a deploy", "Problem:");
        assertThat(apps()).isEmpty();
        assertThat(runFolders()).isEmpty();
        home.environment().put("PATH", "/usr/bin:/bin");
        assertThat(home.refused("run", home.folder().toString(), "--port", "0").err())
                .contains("app.js");
        assertThat(runFolders()).isEmpty();
    }
}
