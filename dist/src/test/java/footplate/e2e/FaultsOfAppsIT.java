package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.api.v1.AppState;
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
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Apps that misbehave, under one real daemon: each says what is wrong with it, and none leaves anything behind. */
@Tag("node")
final class FaultsOfAppsIT {
    private static final String HELLO =
            "require('http').createServer((q, s) => s.end('v1 ' + process.pid)).listen(process.env.PORT)\n";

    private static FaultyHome home;

    @BeforeAll
    static void make() throws IOException {
        home = FaultyHome.make();
    }

    @AfterAll
    static void close() throws Exception {
        home.close();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        if (Files.exists(home.layout().controlSocket())) {
            home.done("delete", "all");
            assertThat(home.marked()).isEmpty();
            try (Stream<Path> files = Files.list(home.home())) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .noneMatch(name -> name.matches("r\\d+\\.s.*"));
            }
        }
    }

    private static FaultyHome.Ended fails(String name, String source, String... more) throws Exception {
        var arguments =
                new ArrayList<>(List.of("start", home.app(name, source).toString(), "--port", "0", "--min", "1"));
        arguments.addAll(List.of(more));
        var ended = home.refused(arguments.toArray(String[]::new));
        assertThat(ended.err()).contains("app '" + name + "'", "Problem:", "Cure:");
        return ended;
    }

    private static int serves(String name, String source, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of("start", home.app(name, source).toString(), "--port", "0"));
        if (!List.of(more).contains("--max")) {
            arguments.addAll(List.of("--min", "1", "--max", "1"));
        }
        arguments.addAll(List.of(more));
        home.done(arguments.toArray(String[]::new));
        return home.port(name);
    }

    @Test
    void oneThatExitsAtOnceIsShownWithItsLastWordsAndExitCode() throws Exception {
        assertThat(fails("nought", "console.log('good night')\n").err()).contains("good night", "exit", "0");
        assertThat(fails("one", "console.error('no database'); process.exit(1)\n")
                        .err())
                .contains("no database", "1");
        assertThat(home.describe("one").instances()).allMatch(i -> i.state() != InstanceState.RUNNING);
        assertThat(home.done("list").out()).contains("one");
    }

    @Test
    void aSyntaxErrorIsShownWithItsPlace() throws Exception {
        assertThat(fails("syntax", "const x = {\n").err()).contains("SyntaxError", "app.js:");
    }

    @Test
    void aMissingModuleIsNamedWithTheCommandThatInstallsIt() throws Exception {
        assertThat(fails("module", "require('not-there')\n").err()).contains("not-there", "npm install");
    }

    @Test
    void oneThatNeverListensIsEndedAfterItsStartTimeout() throws Exception {
        assertThat(fails("mute", "setInterval(() => {}, 1000); console.log('thinking')\n", "--start-timeout", "1s")
                        .err())
                .contains("thinking", "listen");
        home.done("stop", "mute");
        assertThat(home.marked()).isEmpty();
    }

    @Test
    void oneThatListensTwiceOnItsPortGetsTheErrorThatItWouldGetAlone() throws Exception {
        int port = serves("twice", """
                const http = require('http')
                let second = 'none'
                http.createServer((q, s) => s.end('first, then ' + second)).listen(process.env.PORT, () => {
                  const other = http.createServer((q, s) => s.end('second'))
                  other.on('error', e => { second = e.code })
                  other.listen(process.env.PORT)
                })
                """);
        await().untilAsserted(() -> assertThat(FaultyHome.get(port, "/").body()).isEqualTo("first, then EADDRINUSE"));
    }

    @Test
    void aSecondPortIsTheAppsOwnAffair() throws Exception {
        int port = serves("side", """
                const http = require('http')
                const side = http.createServer((q, s) => s.end('side')).listen(0, '127.0.0.1')
                http.createServer((q, s) => s.end(String(side.address().port))).listen(process.env.PORT)
                """);
        int first = Integer.parseInt(FaultyHome.get(port, "/").body());
        assertThat(first).isNotEqualTo(port);
    }

    @Test
    void aFloodOfOutputFillsNeitherTheDiskNorTheDaemon() throws Exception {
        int port = serves("flood", """
                const http = require('http')
                http.createServer((q, s) => {
                  s.end('poured')
                  const chunk = ('x'.repeat(1023) + '\\n').repeat(1024)
                  let left = 100
                  const pour = () => { while (left > 0) { left--; if (!process.stdout.write(chunk)) return process.stdout.once('drain', pour) } console.log('the last line') }
                  pour()
                }).listen(process.env.PORT)
                """);
        FaultyHome.get(port, "/");
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(home.done("logs", "flood", "-n", "1").out()).contains("the last line");
        });
        assertThat(home.done("list").out()).contains("flood");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(onDisk(home.layout().logs())).isLessThan(64L << 20));
        assertThat(residentOfDaemon()).isLessThan(200L << 20);
        assertThat(FaultyHome.get(port, "/x").status()).isEqualTo(200);
    }

    /** Bytes that a folder takes: holes in a file take none. */
    private static long onDisk(Path folder) throws Exception {
        return Long.parseLong(FaultyHome.system("du", "-s", "--block-size=1", folder.toString())
                .out()
                .split("\\s", 2)[0]);
    }

    private static long residentOfDaemon() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + home.daemon() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new AssertionError("no VmRSS");
    }

    @Test
    void escapesAndInvalidBytesReachNobodysTerminal() throws Exception {
        var ended = fails(
                "escapes",
                "process.stdout.write(Buffer.from('1b5d303b6576696c071b5b324afffe80c33a20776f72640a', 'hex')); process.exit(3)\n");
        assertThat(ended.err()).contains("word").doesNotContain("\u001b", "\u0007");
        var logs = home.done("logs", "escapes");
        assertThat(logs.out()).contains("word");
        assertThat(home.done("describe", "escapes", "--json").out()).doesNotContain("\u001b", "\u0007");
    }

    private static final String GRANDCHILDREN = """
            const { spawn } = require('child_process')
            for (let i = 0; i < 3; i++) {
              spawn('setsid', ['sh', '-c', "trap '' TERM INT HUP; while :; do sleep 1; done"], { stdio: 'ignore', detached: true }).unref()
            }
            process.on('SIGTERM', () => {}); process.on('SIGINT', () => {})
            require('http').createServer((q, s) => { s.end('ok') }).listen(process.env.PORT)
            """;

    @Test
    void grandchildrenInSessionsOfTheirOwnThatIgnoreSignalsGoWithAStop() throws Exception {
        serves("family", GRANDCHILDREN, "--kill-timeout", "500ms");
        await().until(() -> home.marked().size() >= 4);

        home.done("stop", "family");

        assertThat(home.marked()).isEmpty();
    }

    @Test
    void grandchildrenGoBeforeAStopIsAnsweredAlsoWhenTheirParentLeavesAtOnce() throws Exception {
        serves("polite", GRANDCHILDREN.replaceFirst("process.on.*\\n", ""));
        await().until(() -> home.marked().size() >= 4);

        home.client().stop("polite", _ -> {});

        assertThat(home.marked()).isEmpty();
    }

    @Test
    void grandchildrenGoWithAParentThatCrashes() throws Exception {
        int port = serves("crash", GRANDCHILDREN, "--kill-timeout", "500ms");
        await().until(() -> home.marked().size() >= 4);
        var before = home.marked().keySet();

        FaultyHome.signal("SEGV", home.pids("crash").first());

        await().untilAsserted(() -> assertThat(home.marked().keySet()).doesNotContainAnyElementsOf(before));
        await().untilAsserted(() -> assertThat(FaultyHome.get(port, "/").body()).isEqualTo("ok"));
        assertThat(home.describe("crash").instances().getFirst().restarts()).isEqualTo(1);
    }

    @Test
    void oneThatIgnoresSignalsIsKilledAfterItsKillTimeout() throws Exception {
        serves(
                "deaf",
                "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {})\n" + HELLO,
                "--kill-timeout",
                "700ms");
        long began = System.nanoTime();

        home.done("stop", "deaf");

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(700), Duration.ofSeconds(8));
        assertThat(home.marked()).isEmpty();
    }

    @Test
    void oneThatClosesItsListeningSocketAnswers502AndCanBeRestarted() throws Exception {
        int port = serves("closer", """
                const server = require('http').createServer((q, s) => { s.end('ok'); if (q.url === '/close') { server.close(); server.closeAllConnections && setTimeout(() => server.closeAllConnections(), 50) } })
                server.listen(process.env.PORT); setInterval(() => {}, 1000)
                """);
        FaultyHome.get(port, "/close");
        await().untilAsserted(
                        () -> assertThat(FaultyHome.get(port, "/").status()).isIn(502, 503));
        assertThat(home.done("list").out()).contains("closer");

        home.done("restart", "closer");

        assertThat(FaultyHome.get(port, "/").body()).isEqualTo("ok");
    }

    @Test
    void oneThatHangsInALoopCanBeStopped() throws Exception {
        int port = serves("hang", """
                require('http').createServer((q, s) => { if (q.url === '/hang') for (;;); s.end('ok') }).listen(process.env.PORT)
                """, "--kill-timeout", "500ms");
        try (var connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            connection
                    .getOutputStream()
                    .write("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().until(() -> home.done("status", "--show=requests").out().contains("/hang"));
            connection.shutdownOutput();
        }

        home.done("stop", "hang");

        assertThat(home.marked()).isEmpty();
    }

    @Test
    void oneThatDeletesItsOwnFolderRunsOnAndItsRestartSaysSo() throws Exception {
        int port = serves("gone", HELLO);
        var folder = home.folder().resolve("gone");
        FaultyHome.erase(folder);
        assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);

        var restart = home.refused("restart", "gone");

        assertThat(restart.err()).contains(folder.toString());
        assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
    }

    @Test
    void aMissingScriptKeepsTheOldProcessesServing() throws Exception {
        int port = serves("script", HELLO);
        Files.delete(home.folder().resolve("script/app.js"));

        assertThat(home.refused("restart", "script").err()).contains("app.js", "old ones serve on");

        assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
        home.file("script", "app.js", HELLO);
        home.done("restart", "script");
    }

    @Test
    void aBrokenNewVersionLosesNoRequestAndIsTold() throws Exception {
        int port = serves("deploy", HELLO, "--max", "2", "--min", "2");
        var before = home.pids("deploy");
        var failures = new ConcurrentLinkedQueue<String>();
        var answered = new AtomicInteger();
        var over = new AtomicBoolean();
        var load = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            load.add(Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    try {
                        var answer = FaultyHome.get(port, "/");
                        answered.incrementAndGet();
                        if (answer.status() != 200) {
                            failures.add(answer.toString());
                        }
                    } catch (IOException failed) {
                        failures.add(failed.toString());
                    }
                }
            }));
        }
        try {
            home.app("deploy", "throw new Error('half a deploy')\n");
            touch("deploy");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(home.daemonLog()).contains("deploy: ").contains("half a deploy"));
            assertThat(home.refused("restart", "deploy").err()).contains("half a deploy", "old ones serve on");
            assertThat(home.pids("deploy")).isEqualTo(before);
            assertThat(home.describe("deploy").problem()).isNotNull();
            home.app("deploy", HELLO.replace("v1", "v2"));
            touch("deploy");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> FaultyHome.get(port, "/").body().startsWith("v2"));
        } finally {
            over.set(true);
            for (var thread : load) {
                thread.join();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(answered.get()).isGreaterThan(50);
    }

    private static void touch(String app) throws IOException {
        var file = Files.createDirectories(home.folder().resolve(app).resolve("tmp"))
                .resolve("restart.txt");
        Files.deleteIfExists(file);
        Files.createFile(file);
    }

    @Test
    void aBrokenRedefinitionLeavesTheOldDefinitionInForce() throws Exception {
        int port = serves("redefined", HELLO);
        var pids = home.pids("redefined");
        var folder = home.folder().resolve("redefined").toString();

        var failed =
                home.refused("start", folder, "--port", "0", "--min", "1", "--command", "sh -c 'echo broken; exit 4'");

        assertThat(failed.err()).contains("broken", "old ones serve on");
        await().untilAsserted(() -> {
            assertThat(home.describe("redefined").launch()).contains("app.js");
            assertThat(home.port("redefined")).isEqualTo(port);
            assertThat(new TreeSet<>(home.pids("redefined"))).isEqualTo(pids);
        });
        assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
        assertThat(home.describe("redefined").state()).isNotEqualTo(AppState.STOPPED);
    }
}
