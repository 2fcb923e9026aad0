package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a newcomer types before anything runs, and every mistake that needs no app. */
@Timeout(60)
class UsageIT {
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
        assertThat(footplate.home().resolve("daemon.log"))
                .describedAs("nothing here starts a daemon")
                .doesNotExist();
    }

    @Test
    void aBareCallShowsTheCommandsAndIsNoSuccess() throws Exception {
        var bare = footplate.run();
        assertThat(bare.code()).isEqualTo(2);
        assertThat(bare.out() + bare.err()).contains("run", "start", "list", "logs", "help");
        assertThat(footplate.run("help").fine().out()).isEqualTo(bare.out() + bare.err());
        assertThat(footplate.run("help", "start").fine().out()).contains("--port PORT", "--wait-ready", "--json");
        assertThat(footplate.run("start", "--help").fine().out())
                .isEqualTo(footplate.run("help", "start").out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '"',
            value = {
                "strat > Did you mean 'start'?",
                "lits --json > Did you mean 'list'?",
                "start --prot 80 > Did you mean '--port'?",
                "list --jsno > Did you mean '--json'?",
                "run --port > --port",
                "run --port 70000 > --port",
                "run --min x > --min",
                "run --min 3 --max 2 > --max at least",
                "stop > TARGET",
                "scale shop > footplate scale APP",
                "list shop > shop",
                "run --stop-signal QUIT > INT",
                "logs --out --err > each",
                "help strat > start",
                "set read-timout 5s > Did you mean 'read-timeout'?",
                "set read-timeout soon > 500ms, 30s, 5m, 2h",
                "set --default > footplate set NAME --default",
                "start --workers 2 > --workers",
                "run --buffering maybe > auto, on, off"
            })
    void wrongUsageSaysHowToMendItAndExitsWithTwo(String line, String hint) throws Exception {
        var ended = footplate.run((Object[]) line.split(" ", -1));

        assertThat(ended.code()).describedAs(ended.toString()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains(hint);
    }

    @Test
    void withoutADaemonLookingIsFineAndChangingIsNot() throws Exception {
        var list = footplate.run("list").fine();
        assertThat(list.err())
                .contains("No Footplate is running", footplate.home().toString());
        assertThat(footplate.run("list", "--json").fine().out()).isEqualTo("[]\n");
        assertThat(footplate.run("status", "--json").fine().out()).isEqualTo("[]\n");
        var ping = footplate.run("ping");
        assertThat(ping.code()).isEqualTo(1);
        assertThat(ping.err()).contains("footplate start");
        var kill = footplate.run("kill").fine();
        assertThat(kill.out() + kill.err()).contains("No daemon runs");
        for (String command : new String[] {"stop", "restart", "delete", "describe", "logs"}) {
            var ended = footplate.run(command, "shop");
            assertThat(ended.code()).describedAs(command).isEqualTo(1);
            assertThat(ended.err()).describedAs(command).contains("no Footplate is running here", "footplate start");
        }
        var json = footplate.run("stop", "shop", "--json");
        assertThat(json.code()).isEqualTo(1);
        assertThat(json.out())
                .startsWith("{\"error\":{\"code\":\"not-running\",")
                .endsWith("}}\n");
        assertThat(footplate.home()).describedAs("looking leaves nothing").doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "start"})
    void aPathThatIsNoAppIsNamedBeforeAnythingRuns(String command) throws Exception {
        var nothing = footplate.run(command, "./nothing-here");
        assertThat(nothing.code()).isEqualTo(1);
        assertThat(nothing.err()).contains("nothing-here", "no such folder or file", "app.js");
        if (command.equals("run")) {
            var empty = Files.createDirectory(folder.resolve("empty"));
            var noApp = footplate.run(command, empty);
            assertThat(noApp.code()).isEqualTo(1);
            assertThat(noApp.err()).contains(empty.toString(), "is not an app", "--command");
        }
    }

    @Test
    void aMissingNodeIsNamed() throws Exception {
        var tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : new String[] {"sh", "find", "readlink", "stty", "setsid", "grep", "tr", "date", "sleep"}) {
            for (String place : new String[] {"/usr/bin", "/bin"}) {
                if (Files.exists(Path.of(place, tool)) && !Files.exists(tools.resolve(tool))) {
                    script(tools.resolve(tool), place + "/" + tool);
                }
            }
        }
        footplate.with("PATH", tools.toString());
        var app = Footplate.app(folder.resolve("shop"));

        var ended = footplate.run("run", app, "--port", 0);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).containsIgnoringCase("node").contains("PATH");
    }

    private static void script(Path file, String program) throws IOException {
        Files.writeString(file, "#!/bin/sh\nexec " + program + " \"$@\"\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void versionsAreTold() throws Exception {
        assertThat(footplate.run("version").fine().out()).matches("footplate \\S+, Java 25\\S*\n");
        assertThat(footplate.run("version", "--json").fine().out())
                .matches("\\{\"version\":\"[^\"]+\",\"java\":\"25[^\"]*\"}\n");
    }
}
