package footplate.daemon.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Launch;
import footplate.core.config.PoolSettings;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.StopSettings;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.keep.AppState;
import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.supervise.Instance;
import footplate.core.supervise.Journey;
import footplate.core.supervise.Phase;
import footplate.core.supervise.RestartRule;
import footplate.daemon.os.Processes;
import footplate.daemon.output.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When real processes are ready and well: a server whose answers are what a file says, and others that speak for themselves. */
final class HealthOfRunsIT {
    private static final RunId RUN = new RunId(1);
    private static final InstanceId INSTANCE = new InstanceId(0);
    private static final String SERVER = """
            import http.server, os, time
            class Answer(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    with open('asked', 'a') as asked:
                        asked.write(self.path + '\\n')
                    while os.path.exists('hang'):
                        time.sleep(0.02)
                    with open('status') as status:
                        self.send_response(int(status.read()))
                    self.end_headers()
                def log_message(self, *line):
                    pass
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Answer).serve_forever()
            """;

    @TempDir
    Path home;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private Settings settings = Settings.standard().with(Setting.HEALTH_INTERVAL, "100ms");
    private Settings server = Settings.standard();
    private String command = "python3 server.py";
    private boolean waitReady;
    private Path root;
    private Runs runs;
    private boolean started;
    private boolean over;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(home.resolve("app"));
        Files.writeString(root.resolve("server.py"), SERVER);
        status("200");
        new LogFiles(home).prepareFolder();
        runs = runs();
    }

    private Runs runs() throws IOException {
        return new Runs(
                Processes.forThisMachine(),
                Tokens.of(home),
                new Runs.Places(home, home.resolve("preload.cjs"), new LogFiles(home)),
                home.resolve("apps.sock"),
                () -> server,
                events::add);
    }

    @AfterEach
    void close() throws Exception {
        Files.deleteIfExists(root.resolve("hang"));
        if (started && !over) {
            runs.kill(RUN);
            exited();
        }
        runs.awaitCleaned();
        runs.close();
    }

    @Test
    void aProcessIsReadyWhenItHasPassedItsCheckAndNotBefore() throws Exception {
        status("503");
        server = server.with(Setting.HEALTH, "http:/up");
        start();
        await().until(() -> timesAsked() >= 3);
        assertThat(events).noneMatch(Event.Ready.class::isInstance);

        status("200");

        assertThat(next(Event.Ready.class).address()).startsWith("127.0.0.1:");
        int asked = timesAsked();
        await().until(() -> timesAsked() >= asked + 3);
        assertThat(events).describedAs("it is well, and nothing more is told").isEmpty();
    }

    @Test
    void oneThatServesAndFailsThreeTimesInARowIsToBeReplaced() throws Exception {
        settings = settings.with(Setting.HEALTH, "http:/up");
        start();
        next(Event.Ready.class);

        status("500");

        var replace = next(Event.Replace.class);
        assertThat(replace.run()).isEqualTo(RUN);
        assertThat(replace.why()).isEqualTo("it failed its health check (http:/up) 3 times in a row: status 500");
        assertThat(next(Event.Replace.class))
                .describedAs("as long as it is ill")
                .isEqualTo(replace);
    }

    @Test
    void aTimeoutIsAFailureAndAnAdoptedProcessIsAskedToo() throws Exception {
        settings = settings.with(Setting.HEALTH, "http:/up").with(Setting.HEALTH_TIMEOUT, "200ms");
        start();
        var process = next(Event.Spawned.class).process();
        var address = next(Event.Ready.class).address();
        runs.close();
        events.clear();
        Files.createFile(root.resolve("hang"));
        runs = runs();
        var up = new Phase.Up(RUN, process, address, Instant.now(), 0);
        var instance = new Instance(INSTANCE, 0, 1, true, false, false, false, 0, up);
        var app = new AppState(definition(), true, false, 1, 1, false, null, null, null, List.of(instance));

        runs.adopt(new State(Map.of(definition().name(), app), 1, 2, false, Settings.standard()));

        assertThat(next(Event.Replace.class).why()).endsWith("3 times in a row: no answer within 200ms");
    }

    @Test
    void failuresBehindTheStartPeriodEndTheStart() throws Exception {
        status("503");
        settings = settings.with(Setting.HEALTH, "http:/up").with(Setting.HEALTH_START_PERIOD, "1ms");
        start();

        var journey = exited().journey();

        assertThat(journey.problem())
                .isEqualTo(
                        "The app listens, but did not pass its health check (http:/up) soon enough; the last time: status 503.");
        assertThat(journey.steps().getLast().name()).isEqualTo("pass its health check");
        assertThat(journey.steps().getLast().outcome()).isEqualTo(Journey.Outcome.FAILED);
        assertThat(timesAsked()).isEqualTo(3);
    }

    @Test
    void aStartThatHadAllItsTimeSaysWhatItWaitedFor() throws Exception {
        Files.createFile(root.resolve("hang"));
        settings = settings.with(Setting.HEALTH, "http:/up").with(Setting.HEALTH_TIMEOUT, "100ms");
        start();
        await().until(() -> timesAsked() >= 2);

        runs.ask(new Effect.Ask(RUN, definition(), true));

        assertThat(exited().journey().problem())
                .isEqualTo("The app listens, but did not pass its health check (http:/up)"
                        + " within the start timeout of 1m; the last time: no answer within 100ms.");
    }

    @Test
    void aProgramOfAnyLanguageSaysThatItIsReady() throws Exception {
        waitReady = true;
        command = "python3 ready.py";
        Files.writeString(root.resolve("ready.py"), """
                import os, socket, time
                server = socket.create_server(('127.0.0.1', int(os.environ['PORT'])))
                notice = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                notice.connect(os.environ['NOTIFY_SOCKET'])
                notice.send(b'STATUS=reading\\nSTOPPING=1')
                connection, _ = server.accept()
                open('listens', 'w').close()
                while not os.path.exists('go'):
                    time.sleep(0.02)
                notice.send(b'READY=1\\nSTATUS=open')
                time.sleep(600)
                """);
        start();
        await().until(() -> Files.exists(root.resolve("listens")));
        assertThat(events).noneMatch(Event.Ready.class::isInstance);

        Files.createFile(root.resolve("go"));

        assertThat(next(Event.Ready.class).run()).isEqualTo(RUN);
    }

    @Test
    void aHelperOfANodeAppSaysThatItIsReady() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-notify")), "no systemd-notify here");
        waitReady = true;
        command = "node ready.js";
        Files.writeString(root.resolve("ready.js"), """
                const server = require('http').createServer((request, response) => response.end('fine'))
                server.listen(process.env.PORT, '127.0.0.1', () => {
                  require('child_process').execFileSync('/usr/bin/systemd-notify', ['--ready'])
                })
                """);
        start();

        assertThat(next(Event.Ready.class).run()).isEqualTo(RUN);
    }

    @Test
    void aCommandIsRunInTheAppsFolderAndEnvironment() throws Exception {
        settings = settings.with(
                Setting.HEALTH, "exec:test \"$SHOP\" = open && test -f server.py && test \"$PORT\" -gt 0");
        start();

        next(Event.Ready.class);
    }

    @Test
    void aCommandThatFailsTellsItsLastLineAndLeavesNothingBehind() throws Exception {
        settings = settings.with(Setting.HEALTH, "exec:sh check.sh").with(Setting.HEALTH_RISE, "1");
        check("true");
        start();
        next(Event.Ready.class);

        check("sleep 600 &\necho $! >> left\necho first\necho the queue is full >&2\nexit 3");

        assertThat(next(Event.Replace.class).why())
                .isEqualTo(
                        "it failed its health check (exec:sh check.sh) 3 times in a row: exit code 3: the queue is full");
        await().until(() ->
                Files.readAllLines(root.resolve("left")).stream().limit(3).noneMatch(HealthOfRunsIT::alive));
    }

    @Test
    void aCommandIsEndedWithItsWholeTreeWhenItsTimeIsOver() throws Exception {
        settings = settings.with(Setting.HEALTH, "exec:sh check.sh");
        settings = settings.with(Setting.HEALTH_TIMEOUT, "300ms").with(Setting.HEALTH_START_PERIOD, "1ms");
        check("echo $$ >> left\nsetsid sh -c 'echo $$ >> left; exec sleep 600' &\necho so far\nsleep 600");
        start();

        assertThat(exited().journey().problem()).endsWith("the last time: no end within 300ms: so far.");
        await().until(() -> Files.readAllLines(root.resolve("left")).stream().noneMatch(HealthOfRunsIT::alive));
        try (var files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.contains("health"));
        }
    }

    private static boolean alive(String pid) {
        try {
            return Files.readString(Path.of("/proc", pid, "environ")).contains("SHOP=open");
        } catch (IOException gone) {
            return false;
        }
    }

    private void check(String script) throws IOException {
        var fresh = Files.writeString(root.resolve("check.new"), script);
        Files.move(fresh, root.resolve("check.sh"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void status(String status) throws IOException {
        var fresh = Files.writeString(root.resolve("status.new"), status);
        Files.move(fresh, root.resolve("status"), StandardCopyOption.ATOMIC_MOVE);
    }

    private int timesAsked() throws IOException {
        var asked = root.resolve("asked");
        return Files.exists(asked) ? Files.readAllLines(asked).size() : 0;
    }

    private AppDefinition definition() {
        return new AppDefinition(
                new AppName("shop"),
                root.toString(),
                new Launch.Command(command),
                new Entry("127.0.0.1", 3_000, List.of()),
                "production",
                Map.of("SHOP", new Secret("open")),
                new PoolSettings(1, 1, 0, 1, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                RestartRule.USUAL,
                Duration.ofSeconds(60),
                waitReady,
                new StopSettings(StopSignal.TERM, Duration.ofSeconds(10), Duration.ofSeconds(1)),
                "",
                settings,
                0);
    }

    private void start() {
        started = true;
        runs.start(new Effect.Start(definition(), INSTANCE, 0, RUN));
    }

    private <E extends Event> E next(Class<E> type) throws InterruptedException {
        while (true) {
            var event = events.poll(30, TimeUnit.SECONDS);
            assertThat(event).as("a " + type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    private Event.Exited exited() throws InterruptedException {
        var exited = next(Event.Exited.class);
        over = true;
        return exited;
    }
}
