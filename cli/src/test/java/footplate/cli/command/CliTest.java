package footplate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import footplate.api.client.HomeLayout;
import footplate.api.client.ScriptedServer;
import footplate.api.json.JsonBody;
import footplate.api.v1.AppInfo;
import footplate.api.v1.AppState;
import footplate.api.v1.Apps;
import footplate.api.v1.Call;
import footplate.api.v1.ConfigureRequest;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Event;
import footplate.api.v1.InstanceInfo;
import footplate.api.v1.InstanceState;
import footplate.api.v1.Journey;
import footplate.api.v1.PingInfo;
import footplate.api.v1.Problem;
import footplate.api.v1.ServerSettings;
import footplate.api.v1.SettingInfo;
import footplate.api.v1.StartRequest;
import footplate.api.v1.Wire;
import footplate.cli.parse.Commands;
import footplate.cli.print.Screen;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.Site;
import footplate.core.config.Upstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Longer than 500 lines: every command against one scripted daemon. */
final class CliTest {
    @TempDir
    Path folder;

    private final List<ScriptedServer> servers = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    private final List<String> started = new ArrayList<>();
    private @Nullable StartRequest ran;
    private @Nullable ConfigureRequest ranFile;
    private @Nullable Site site;
    private @Nullable Settings ranWith;
    private HomeLayout home = new HomeLayout(Path.of("/unset"));

    @BeforeEach
    void name() {
        home = new HomeLayout(folder.resolve("h"));
        environment.put("FOOTPLATE_HOME", home.home().toString());
    }

    @AfterEach
    void close() throws IOException {
        for (ScriptedServer server : servers) {
            server.close();
        }
    }

    @Test
    void aFileOfTheCurrentFolderIsWhatRunMeansWhereNothingIsNamed() throws Exception {
        Files.writeString(folder.resolve("footplate.yml"), "listen: 127.0.0.1:3000\n");
        assertThat(run("run")).isEqualTo(9);
        assertThat(Objects.requireNonNull(ranFile).file())
                .isEqualTo(folder.resolve("footplate.yml").toString());
        assertThat(run("run", "footplate.yml")).isEqualTo(9);
        assertThat(run("run", "--port", "4000")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("--port", "footplate.yml", "Write it into the file");
        assertThat(run("run", ".", "--port", "4000")).isEqualTo(7);
    }

    @Test
    void withoutADaemonListIsEmptyAndDone() {
        assertThat(run("list", "--json")).isEqualTo(Cli.DONE);
        assertThat(out()).isEqualTo("[]\n");
        assertThat(err()).contains("No Footplate is running");
    }

    @Test
    void withoutADaemonPingAndStopFail() {
        assertThat(run("ping")).isEqualTo(Cli.FAILED);
        assertThat(run("stop", "shop")).isEqualTo(Cli.FAILED);
        assertThat(run("kill")).isEqualTo(Cli.DONE);
    }

    @Test
    void listJsonHasItsDocumentedFields() throws Exception {
        answer(home, Call.LIST, new Apps(List.of(app("shop", 4711L), stopped("idle"))));

        assertThat(run("list", "--json")).isEqualTo(Cli.DONE);

        assertThat(out())
                .isEqualTo(
                        "[{\"app\":\"shop\",\"id\":0,\"pid\":4711,\"state\":\"running\",\"restarts\":1,\"uptime\":5000,\"cpu\":2.5,"
                                + "\"memory\":1048576,\"sessions\":2,\"processed\":9},"
                                + "{\"app\":\"idle\",\"id\":null,\"pid\":null,\"state\":\"stopped\",\"restarts\":0,\"uptime\":0,\"cpu\":0.0,"
                                + "\"memory\":0,\"sessions\":0,\"processed\":0}]\n");
    }

    @Test
    void theForegroundIsListedBesideTheBackgroundAndADeadOneIsPassedOver() throws Exception {
        answer(home, Call.LIST, new Apps(List.of(app("shop", 1L))));
        answer(home.run(17), Call.LIST, new Apps(List.of(app("shop", 2L), app("blog", 3L))));
        Files.createDirectories(home.run(4).home());
        Files.writeString(home.run(4).controlSocket(), "");

        assertThat(run("list")).isEqualTo(Cli.DONE);

        assertThat(out()).containsSubsequence("shop", " 1 ", "shop", " 2 ", "blog", " 3 ");
        assertThat(err()).contains("'shop' is shown twice", "foreground run 17");
    }

    @Test
    void aTargetIsLookedForInTheBackgroundFirstAndThenInTheForeground() throws Exception {
        var notFound = ErrorAnswer.of(
                ErrorAnswer.NOT_FOUND, new Problem("blog", "there is no such app", "'footplate list' shows them."));
        serve(home, (_, connection) -> ScriptedServer.write(connection, Wire.error(notFound)));
        answer(home.run(17), Call.STOP, new Apps(List.of(stopped("blog"))));

        assertThat(run("stop", "blog")).isEqualTo(Cli.DONE);

        assertThat(out()).isEqualTo("blog is stopped\n");
    }

    @Test
    void aProxyIsToldItsServersAndSettingsAsTheCallerMeansThem() throws Exception {
        Files.createDirectory(folder.resolve("errors"));

        assertThat(run(
                        "proxy",
                        "--to",
                        ":3000,unix:run/a.sock",
                        "--to=http://[::1]:90/",
                        "--via",
                        "--tries",
                        "2",
                        "--forwarded=off",
                        "--error-pages",
                        "errors",
                        "--access-log-file",
                        "access.log",
                        "--port",
                        "0"))
                .isEqualTo(8);

        assertThat(site).isNotNull().satisfies(told -> {
            assertThat(told.servers())
                    .containsExactly(
                            new Upstream.Tcp("127.0.0.1", 3000),
                            new Upstream.Unix(folder.resolve("run/a.sock").toString()),
                            new Upstream.Tcp("::1", 90));
            assertThat(told.port()).isZero();
            assertThat(told.accessLog()).isEqualTo(folder.resolve("access.log").toString());
            assertThat(told.settings().chosen())
                    .containsOnly(
                            entry(Setting.VIA, "on"),
                            entry(Setting.ACCESS_LOG, "combined"),
                            entry(Setting.TRIES, "2"),
                            entry(Setting.FORWARDED, "off"),
                            entry(Setting.ERROR_PAGES, folder.resolve("errors").toString()));
        });
    }

    @Test
    void aFolderIsServedByItsRealPath() throws Exception {
        Path dist = Files.createDirectory(folder.resolve("dist"));
        Files.createSymbolicLink(folder.resolve("link"), dist);
        Files.writeString(folder.resolve("file"), "");

        assertThat(run("serve", "link", "--spa")).isEqualTo(8);
        assertThat(site).isNotNull().satisfies(told -> {
            assertThat(told.folder()).isEqualTo(dist.toRealPath().toString());
            assertThat(told.servers()).isEmpty();
            assertThat(told.port()).isEqualTo(8080);
            assertThat(told.settings().on(Setting.SPA)).isTrue();
        });

        site = null;
        assertThat(run("serve", "nowhere")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("nowhere: there is no such folder");
        assertThat(run("serve", "file")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("file: is no folder");
        assertThat(site).isNull();
    }

    @Test
    void everythingWrongWithAProxyIsToldAtOnceAndNothingIsServed() {
        assertThat(run("proxy")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("needs to know where requests go", "--to :3000");
        assertThat(run("proxy", "--to", "shop,https://x:1,:0", "--error-pages", "nowhere"))
                .isEqualTo(Cli.USAGE);
        assertThat(err())
                .contains(
                        "--to shop",
                        "the port is missing",
                        "TLS",
                        "1 to 65535",
                        "--error-pages nowhere",
                        "no such folder");
        assertThat(run("proxy", "--to", "unix:/" + "x".repeat(107))).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("108 bytes");
        assertThat(run("proxy", "--to", ":1", "--tries", "many", "--buffering", "maybe"))
                .isEqualTo(Cli.USAGE);
        assertThat(err()).contains("'many' is not a value for it", "auto, on, off");
        assertThat(run("proxy", "--to", ":1", "--access-log-file", "no/where.log"))
                .isEqualTo(Cli.USAGE);
        assertThat(err()).contains("no file can be there");
        assertThat(run("proxy", "--to", ":1", "--read-timout", "1s")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("Did you mean '--read-timeout'?");
        assertThat(site).isNull();
    }

    @Test
    void runAndStartHandOnTheirSettings() throws Exception {
        Files.createDirectory(folder.resolve("app"));
        Files.createDirectory(folder.resolve("files"));
        assertThat(run("run", "app", "--workers", "1", "--via", "--tries", "2", "--sendfile-root", "files"))
                .isEqualTo(7);
        assertThat(ran)
                .isNotNull()
                .satisfies(request -> assertThat(request.settings())
                        .containsOnly(
                                entry("tries", "2"),
                                entry("sendfile-root", folder.resolve("files").toString())));
        assertThat(ranWith)
                .isEqualTo(Settings.standard().with(Setting.WORKERS, "1").with(Setting.VIA, "on"));

        assertThat(run("start", "app", "--workers", "1")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("--workers: is not a flag of 'start'");
        assertThat(run("start", "app", "--error-pages", "nowhere")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("no such folder");
    }

    @Test
    void setShowsEverySettingAndChangesOne() throws Exception {
        assertThat(run("set")).isEqualTo(Cli.DONE);
        for (Setting setting : Setting.values()) {
            assertThat(out()).contains(setting.label(), setting.standard());
        }
        List<String> requests = new ArrayList<>();
        serve(home, (request, connection) -> {
            requests.add(request);
            ScriptedServer.write(
                    connection,
                    Wire.ok(new ServerSettings(
                            List.of(new SettingInfo("workers", "2", "0", false, true, "event loops")))));
        });
        assertThat(run("set", "workers", "2")).isEqualTo(Cli.DONE);
        assertThat(out())
                .isEqualTo("workers is 2; it counts from the daemon's next start ('footplate kill', then start)\n");
        assertThat(requests).singleElement().asString().contains("\"set\"", "\"name\":\"workers\",\"value\":\"2\"");
        assertThat(run("set", "--workers", "--default")).isEqualTo(Cli.USAGE);
        assertThat(run("set", "workers", "--default")).isEqualTo(Cli.DONE);
        assertThat(requests.getLast()).contains("{\"name\":\"workers\"}");
    }

    @Test
    void whatCannotBeSetIsToldAndSentToNobody() throws Exception {
        List<String> requests = new ArrayList<>();
        serve(home, (request, _) -> requests.add(request));
        assertThat(run("set", "read-timout", "5s")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("read-timout: is not a setting", "Did you mean 'read-timeout'?");
        assertThat(run("set", "read-timeout", "soon")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("'soon' is not a value for it", "500ms, 30s, 5m, 2h");
        assertThat(run("set", "error-pages", "nowhere")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("no such folder");
        assertThat(run("set", "--default")).isEqualTo(Cli.USAGE);
        assertThat(run("set", "tries", "2", "--default")).isEqualTo(Cli.USAGE);
        assertThat(requests).isEmpty();
    }

    @Test
    void aTargetNobodyKnowsFails() throws Exception {
        var notFound = ErrorAnswer.of(
                ErrorAnswer.NOT_FOUND, new Problem("blog", "there is no such app", "'footplate list' shows them."));
        serve(home, (_, connection) -> ScriptedServer.write(connection, Wire.error(notFound)));

        assertThat(run("describe", "blog")).isEqualTo(Cli.FAILED);
        assertThat(err()).isEqualTo("blog: there is no such app.\n    'footplate list' shows them.\n");
    }

    @Test
    void aStartSendsWhatWasSaidAndTellsWhereTheAppIs() throws Exception {
        Path app = Files.createDirectory(folder.resolve("my shop"));
        environment.put("SECRET", "hunter2");
        environment.put("FOOTPLATE_LAUNCHER_LC_ALL", "");
        environment.put("LC_ALL", "C.UTF-8");
        List<String> requests = new ArrayList<>();
        serve(home, (request, connection) -> {
            requests.add(request);
            ScriptedServer.write(
                    connection, Wire.event(new Event("instance-ready", "shop", 0, "process 0 is ready", Map.of())));
            ScriptedServer.write(connection, Wire.ok(new Apps(List.of(app("shop", 1L)))));
        });

        int code = run(
                "start",
                app.toString(),
                "--min",
                "0",
                "--max=3",
                "-n",
                "shop",
                "--host",
                "a",
                "--host",
                "b",
                "--idle-timeout",
                "5m",
                "--wait-ready");

        assertThat(code).isEqualTo(Cli.DONE);
        assertThat(out()).startsWith("shop is up at http://127.0.0.1:3000: 1 process, after ");
        assertThat(err()).isEqualTo("process 0 is ready\n");
        StartRequest sent =
                StartRequest.read(Wire.readRequest(requests.getFirst()).body());
        assertThat(sent.path()).isEqualTo(app.toRealPath().toString());
        assertThat(sent.environmentName()).isEqualTo("production");
        assertThat(sent.hosts()).containsExactly("a", "b");
        assertThat(sent.min()).isZero();
        assertThat(sent.max()).isEqualTo(3);
        assertThat(sent.idleTimeoutMs()).isEqualTo(300_000);
        assertThat(sent.waitReady()).isTrue();
        assertThat(sent.env())
                .containsEntry("SECRET", "hunter2")
                .doesNotContainKeys("LC_ALL", "FOOTPLATE_LAUNCHER_LC_ALL");
    }

    @Test
    void aStartThatFailsTellsItsJourney() throws Exception {
        var journey = new Journey(
                List.of(new Journey.Step("wait until it listens", 90_000, Journey.Step.FAILED)),
                List.of("SyntaxError: x"),
                "it ended",
                "mend line 3");
        var error =
                new ErrorAnswer(ErrorAnswer.START_FAILED, List.of(new Problem("shop", "did not start", "")), journey);
        serve(home, (_, connection) -> ScriptedServer.write(connection, Wire.error(error)));

        assertThat(run("start", folder.toString())).isEqualTo(Cli.FAILED);
        assertThat(err())
                .contains(
                        "shop: did not start.",
                        "wait until it listens  1m 30s",
                        "| SyntaxError: x",
                        "Cure:    mend line 3.");
        assertThat(out()).isEmpty();

        assertThat(run("start", folder.toString(), "--json")).isEqualTo(Cli.FAILED);
        assertThat(out()).startsWith("{\"error\":{\"code\":\"start-failed\"").contains("SyntaxError");
    }

    @Test
    void aRunHandsTheRequestToTheForegroundAndReturnsItsCode() {
        assertThat(run("run", folder.toString(), "--port", "0")).isEqualTo(7);

        assertThat(ran).isNotNull().satisfies(request -> {
            assertThat(request.environmentName()).isEqualTo("development");
            assertThat(request.port()).isZero();
        });
        assertThat(home.home()).isDirectory();
    }

    @Test
    void aPathThatIsNotThereIsToldBeforeAnythingIsStarted() {
        assertThat(run("start", folder.resolve("nope").toString())).isEqualTo(Cli.FAILED);
        assertThat(err()).contains("nope: there is no such folder or file");
        assertThat(started).isEmpty();
    }

    @Test
    void usageMistakesHaveCodeTwo() {
        assertThat(run()).isEqualTo(Cli.USAGE);
        assertThat(run("strat")).isEqualTo(Cli.USAGE);
        assertThat(err()).contains("Did you mean 'start'?");
        assertThat(run("start", "--min", "3", "--max", "2")).isEqualTo(Cli.USAGE);
        assertThat(run("start", "--name", "17")).isEqualTo(Cli.USAGE);
        assertThat(run("scale", "shop", "many")).isEqualTo(Cli.USAGE);
        assertThat(run("logs", "--out", "--err")).isEqualTo(Cli.USAGE);
        assertThat(run("help", "strat")).isEqualTo(Cli.USAGE);
    }

    @Test
    void everyCommandHasHelpAndEveryDeclaredCommandIsCarriedOut() {
        for (var command : Commands.all()) {
            assertThat(run("help", command.name())).isEqualTo(Cli.DONE);
            assertThat(run(command.name(), "--help")).isEqualTo(Cli.DONE);
        }
        for (String quiet : new String[] {"list", "status", "logs", "version", "help", "kill"}) {
            assertThat(run(quiet)).describedAs(quiet).isEqualTo(Cli.DONE);
        }
    }

    @Test
    void aMissingHomeIsTold() {
        environment.clear();

        assertThat(run("list")).isEqualTo(Cli.FAILED);
        assertThat(err()).contains("neither FOOTPLATE_HOME nor HOME is set");
    }

    @Test
    void scalesAreAbsoluteOrRelative() throws Exception {
        ScriptedServer server = answer(home, Call.SCALE, new Apps(List.of(app("shop", 1L))));

        assertThat(run("scale", "shop", "4")).isEqualTo(Cli.DONE);
        assertThat(run("scale", "shop", "+1")).isEqualTo(Cli.DONE);
        assertThat(run("scale", "shop", "-2")).isEqualTo(Cli.DONE);

        assertThat(server.requests())
                .extracting(line -> line.substring(line.indexOf("\"body\"")))
                .containsExactly(
                        "\"body\":{\"app\":\"shop\",\"to\":4}}",
                        "\"body\":{\"app\":\"shop\",\"by\":1}}",
                        "\"body\":{\"app\":\"shop\",\"by\":-2}}");
    }

    @Test
    void linesOfOutputAreMarkedAndHarmless() throws Exception {
        serve(home, (_, connection) -> {
            ScriptedServer.write(connection, Wire.event(Event.line("shop", 0, false, "hello \u001b[2J")));
            ScriptedServer.write(connection, Wire.event(Event.line("shop", 1, true, "oops")));
            ScriptedServer.write(connection, Wire.ok(JsonBody.EMPTY));
        });

        assertThat(run("logs", "shop", "-n", "2")).isEqualTo(Cli.DONE);
        assertThat(out()).isEqualTo("shop 0 | hello ^[[2J\nshop 1 ! oops\n");
        assertThat(run("logs")).isEqualTo(Cli.DONE);
    }

    @Test
    void aDaemonThatDiedIsStartedAgainBeforeItsAppsAreListed() throws Exception {
        home.make();
        Files.writeString(home.pidFile(), "4711");

        assertThat(run("list")).isEqualTo(Cli.DONE);

        assertThat(started).containsExactly(home.home().toString());
        assertThat(err()).contains("(PID 4711) ended without a goodbye");
        assertThat(out()).contains("shop");
    }

    @Test
    void aStartWithoutADaemonStartsOne() {
        assertThat(run("start", folder.toString())).isEqualTo(Cli.DONE);
        assertThat(started).hasSize(1);
        assertThat(out()).contains("shop is up");
    }

    @Test
    void aDaemonThatEndsAtOnceIsToldWithTheEndOfItsLog() throws Exception {
        home.make();
        Files.writeString(home.daemonLog(), "of an earlier life\n");

        int code = run(
                layout -> new ProcessBuilder("sh", "-c", "echo the disk is full; exit 3")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                layout.daemonLog().toFile()))
                        .start(),
                "start",
                folder.toString());

        assertThat(code).isEqualTo(Cli.FAILED);
        assertThat(err()).contains("exit code 3", "the disk is full").doesNotContain("earlier life");
    }

    @Test
    void aDaemonThatFoundAnotherOneIsNotAFailure() {
        int code = run(
                layout -> {
                    bringUp(layout);
                    return new ProcessBuilder("sh", "-c", "exit " + DaemonStarter.ANOTHER_RUNS).start();
                },
                "start",
                folder.toString());

        assertThat(code).isEqualTo(Cli.DONE);
    }

    @Test
    void aDaemonThatIsStillLeavingIsFollowedByAnother() throws IOException {
        var calls = new ArrayList<Path>();

        int code = run(
                layout -> {
                    calls.add(layout.home());
                    if (calls.size() == 2) {
                        bringUp(layout);
                    }
                    return new ProcessBuilder("sh", "-c", "exit " + DaemonStarter.ANOTHER_RUNS).start();
                },
                "start",
                folder.toString());

        assertThat(code).isEqualTo(Cli.DONE);
        assertThat(calls).hasSize(2);
    }

    /** A starter whose daemon is up at once, in this process. */
    private Process fakeDaemon(HomeLayout layout) throws IOException {
        started.add(layout.home().toString());
        bringUp(layout);
        return new ProcessBuilder("true").start();
    }

    private void bringUp(HomeLayout layout) throws IOException {
        serve(layout, (line, connection) -> {
            Call call = Wire.readRequest(line).call();
            ScriptedServer.write(
                    connection,
                    Wire.ok(
                            call == Call.PING
                                    ? new PingInfo("1", 5, "/h", 1, false)
                                    : new Apps(List.of(app("shop", 1L)))));
        });
    }

    private ScriptedServer answer(HomeLayout layout, Call expected, JsonBody body) throws IOException {
        return serve(layout, (line, connection) -> {
            if (Wire.readRequest(line).call() == expected) {
                ScriptedServer.write(connection, Wire.ok(body));
            }
        });
    }

    private ScriptedServer serve(HomeLayout layout, ScriptedServer.Script script) throws IOException {
        Files.createDirectories(layout.home());
        var server = new ScriptedServer(layout.controlSocket(), script);
        servers.add(server);
        return server;
    }

    @Test
    void checkTellsEveryMistakeWithItsPlace() throws IOException {
        Files.writeString(folder.resolve("footplate.yml"), "lisen: \":80\"\napps:\n  shop: { root: ./nowhere }\n");

        assertThat(run("check")).isEqualTo(Cli.FAILED);
        assertThat(err())
                .contains("footplate.yml:1:1: 'lisen' is not a setting of this file.\n    Write 'listen'.")
                .contains("footplate.yml:3:17: 'root' names './nowhere', and there is no such folder.");
        assertThat(out()).isEmpty();

        assertThat(run("check", "--json", "footplate.yml")).isEqualTo(Cli.FAILED);
        assertThat(out()).startsWith("{\"file\":\"footplate.yml\",\"problems\":[{\"line\":1,\"column\":1,\"what\":");
        assertThat(err()).isEmpty();
    }

    @Test
    void checkSaysWhatAGoodFileHolds() throws IOException {
        Files.writeString(
                folder.resolve("other.yml"), "listen: [\":80\", \":81\"]\napps:\n  shop: { instances: \"${N:-2}\" }\n");

        assertThat(run("check", "other.yml")).isEqualTo(Cli.DONE);
        assertThat(out()).isEqualTo("other.yml is fine: 2 addresses, 1 app.\n");
        assertThat(run("check", "--json", "other.yml")).isEqualTo(Cli.DONE);
        assertThat(out()).isEqualTo("{\"file\":\"other.yml\",\"problems\":[]}\n");
        assertThat(run("check", "none.yml")).isEqualTo(Cli.FAILED);
        assertThat(err()).contains("none.yml").contains("there is no such file");
        assertThat(run("check", "a", "b")).isEqualTo(Cli.USAGE);
    }

    @Test
    void initWritesAFileThatCheckAcceptsAndNeverOverOne() throws IOException {
        Path app = Files.createDirectory(folder.resolve("my app"));
        Files.writeString(app.resolve("config.ru"), "");

        assertThat(run("init", "my app")).isEqualTo(Cli.DONE);
        Path file = app.resolve("footplate.yml");
        assertThat(file).content().contains("my-app:").contains("start: 'bundle exec puma");
        assertThat(run("check", "my app")).isEqualTo(Cli.DONE);
        assertThat(out()).startsWith("my app/footplate.yml is fine: ");

        Files.writeString(file, "mine");
        assertThat(run("init", "my app")).isEqualTo(Cli.FAILED);
        assertThat(err()).contains("is there already");
        assertThat(file).content().isEqualTo("mine");
        assertThat(run("init", "nowhere")).isEqualTo(Cli.FAILED);
        assertThat(err()).contains("no such folder");
    }

    private int run(String... arguments) {
        return run(this::fakeDaemon, arguments);
    }

    private int run(DaemonStarter starter, String... arguments) {
        outBytes.reset();
        errBytes.reset();
        var screen = new Screen(
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                0,
                0,
                true);
        return Cli.run(
                List.of(arguments),
                new Surroundings(environment, folder, screen, () -> "9.9", starter, () -> new Noting()));
    }

    /** Serves nothing, and remembers what it was to serve. */
    private final class Noting implements Foreground {
        @Override
        public int run(
                StartRequest request,
                Settings server,
                @Nullable String accessLog,
                HomeLayout itsHome,
                boolean colours) {
            ran = request;
            ranWith = server;
            return 7;
        }

        @Override
        public int run(ConfigureRequest request, HomeLayout itsHome, boolean colours) {
            ranFile = request;
            return 9;
        }

        @Override
        public int serve(Site asked) {
            site = asked;
            return 8;
        }
    }

    private String out() {
        return outBytes.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return errBytes.toString(StandardCharsets.UTF_8);
    }

    private static AppInfo stopped(String name) {
        return new AppInfo(
                name,
                "/srv",
                "node app.js",
                AppState.STOPPED,
                "http://127.0.0.1:3000",
                List.of(),
                1,
                1,
                0,
                0,
                0,
                100,
                "production",
                Map.of(),
                List.of(),
                null,
                null);
    }

    private static AppInfo app(String name, long pid) {
        var instance =
                new InstanceInfo(name, 0, 0, pid, InstanceState.RUNNING, 1, 5000, 2.5, 1 << 20, 2, 9, null, 1, null);
        return new AppInfo(
                name,
                "/srv",
                "node app.js",
                AppState.RUNNING,
                "http://127.0.0.1:3000",
                List.of(),
                1,
                1,
                1,
                0,
                0,
                100,
                "production",
                Map.of(),
                List.of(instance),
                null,
                null);
    }
}
