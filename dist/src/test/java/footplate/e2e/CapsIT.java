package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import footplate.api.client.SocketPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel does for {@code max-memory-hard} and {@code max-cpu}, and what its operator hears of it. */
@Tag("node")
@Timeout(180)
final class CapsIT {
    /** A user of every Debian and Fedora. */
    private static final String OWNER = "daemon";

    private static final Path MEMORY = Path.of("/sys/fs/cgroup/memory");

    private static final String APP = """
            const fs = require('fs')
            const grow = 'const held = []; for (;;) held.push(Buffer.alloc(4e6, 1))'
            if (process.env.GREEDY) eval(grow)
            require('http').createServer((request, response) => {
              response.setHeader('Connection', 'close')
              if (request.url === '/grow') {
                setTimeout(() => eval(grow), 50)
              }
              if (request.url === '/worker') {
                const worker = require('child_process').spawn(process.execPath, ['-e', grow])
                return worker.on('exit', (code, signal) => response.end(signal))
              }
              if (request.url === '/spin') {
                const before = process.cpuUsage()
                const end = Date.now() + 2000
                while (Date.now() < end);
                const used = process.cpuUsage(before)
                return response.end(String(Math.round((used.user + used.system) / 1000)))
              }
              response.end(fs.readFileSync('/proc/self/cgroup', 'utf8') + 'uid ' + process.getuid() + '.')
            }).listen(process.env.PORT)
            """;

    private FaultyHome home;

    @BeforeEach
    void make() throws Exception {
        assumeThat(FaultyHome.root()
                        && Files.isWritable(MEMORY.resolve("cgroup.procs"))
                        && Files.isWritable(Path.of("/sys/fs/cgroup/cpu/cgroup.procs")))
                .describedAs("LEFT OUT: needs root, and the memory and cpu controllers of cgroup version 1")
                .isTrue();
        home = FaultyHome.make();
        home.environment().remove("FOOTPLATE_USER_SWITCHING");
    }

    @AfterEach
    void close() throws Exception {
        if (home != null) {
            home.close();
        }
    }

    private Path app(String name) throws Exception {
        var app = home.app(name, APP);
        for (var file : List.of(app, app.resolve("app.js"))) {
            assertThat(FaultyHome.system("chown", OWNER, file.toString()).code())
                    .isZero();
        }
        return app;
    }

    private void start(String name, String... caps) throws Exception {
        home.done(Stream.concat(Stream.of("start", app(name).toString(), "--port", "0", "--max", "1"), Stream.of(caps))
                .toArray(String[]::new));
    }

    private String ask(String path) throws Exception {
        return Line.get(home.port("shop"), path).body();
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    /** The cgroup in which the app's process says it is. */
    private Path cgroup() throws Exception {
        var line = Pattern.compile("(?m)^\\d+:memory:(/.*)$").matcher(ask("/"));
        assertThat(line.find()).isTrue();
        return Path.of(MEMORY + line.group(1));
    }

    /** How often the log says that the kernel ended the app. */
    private long told() throws Exception {
        return Pattern.compile("killed by the kernel: it wanted more memory than max-memory-hard = 120MB")
                .matcher(home.daemonLog())
                .results()
                .count();
    }

    private SortedSet<Long> killedByGrowing() throws Exception {
        var pids = home.pids("shop");
        ask("/grow");
        return await().atMost(Duration.ofSeconds(30))
                .until(() -> home.pids("shop"), now -> now.size() == 1 && !now.equals(pids));
    }

    @Test
    void whoWantsTooMuchMemoryIsKilledAndItIsSaidWhoeverTheDaemonIs() throws Exception {
        start("shop", "--max-memory-hard", "120MB", "--max-cpu", "400%");
        assertThat(ask("/")).doesNotContain("uid 0.").containsPattern("cpu:.*/shop-\\d+\n");
        var ours = cgroup().getParent();
        assertThat(ours.getFileName())
                .isEqualTo(SocketPath.shortFolder(home.home()).getFileName());

        // A part of it, then itself.
        var pids = home.pids("shop");
        assertThat(ask("/worker")).isEqualTo("SIGKILL");
        until(() -> home.daemonLog().contains("a process that instance "));
        assertThat(home.pids("shop")).isEqualTo(pids);
        assertThat(told()).isZero();
        var first = cgroup();
        pids = killedByGrowing();
        until(() -> told() == 1);
        until(() -> Files.notExists(first));

        // The next daemon finds it in its cgroup.
        var second = cgroup();
        home.killDaemon();
        home.done("list");
        assertThat(home.pids("shop")).isEqualTo(pids);
        assertThat(second).exists();
        pids = killedByGrowing();
        until(() -> told() == 2);
        until(() -> Files.notExists(second));

        // So does one that follows in order.
        var third = cgroup();
        home.done("upgrade");
        assertThat(home.pids("shop")).isEqualTo(pids);
        assertThat(third).exists();
        pids = killedByGrowing();
        until(() -> told() == 3);
        until(() -> Files.notExists(third));

        // What dies while no daemon is there is swept by the next one.
        var fourth = cgroup();
        home.killDaemon();
        FaultyHome.signal("KILL", pids.getFirst());
        FaultyHome.awaitGone(pids.getFirst());
        assertThat(fourth).exists();
        home.done("list");
        until(() -> home.pids("shop").size() == 1);
        assertThat(fourth).doesNotExist();
        home.done("stop", "shop");
        until(() -> Files.notExists(ours));
        home.done("delete", "shop");
        assertThat(Path.of("/sys/fs/cgroup/cpu").resolve(ours.getFileName())).doesNotExist();
    }

    @Test
    void aBusyProcessGetsItsShareOfACoreAndNoMore() throws Exception {
        start("shop", "--max-cpu", "20%");

        var millis = Integer.parseInt(ask("/spin"));

        System.out.println("max-cpu 20%: " + millis + " ms of CPU in 2000");
        assertThat(millis).isLessThan(800);
    }

    @Test
    void aStartThatWantsTooMuchSaysSo() throws Exception {
        home.environment().put("GREEDY", "yes");
        assertThat(home.refused("start", app("shop").toString(), "--port", "0", "--max-memory-hard", "60MB")
                        .err())
                .contains("killed by the kernel before it was ready", "max-memory-hard = 60MB", "--max-memory-hard");
    }

    @Test
    void aCapThatCannotBeHadIsRefusedAndNothingRunsWithoutIt() throws Exception {
        home.close();
        home = FaultyHome.ofNobody();
        var app = home.app("shop", APP).toString();
        var wrong = home.footplate("start", app, "--port", "0", "--max-cpu", "1.5");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("--max-cpu", "'1.5'", "Write a percentage of one core");
        assertThat(home.refused("start", app, "--port", "0", "--max-memory-hard", "120MB")
                        .err())
                .contains("max-memory-hard", "can make no cgroup", "footplate startup", "max-memory-hard 0");
        assertThat(home.pids("shop")).isEmpty();
    }
}
