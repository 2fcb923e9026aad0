package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import footplate.api.client.CallFailed;
import footplate.api.client.HomeLayout;
import footplate.api.v1.AppState;
import footplate.api.v1.ScaleRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Daemons that are started twice, or die without a goodbye: one home has one daemon, and what runs is found again. */
@Tag("node")
final class FaultsOfDaemonIT {
    private static final String HELLO =
            "require('http').createServer((q, s) => s.end('v1 ' + process.pid)).listen(process.env.PORT)\n";

    private FaultyHome home;

    @BeforeEach
    void make() throws IOException {
        home = FaultyHome.make();
    }

    @AfterEach
    void close() throws Exception {
        home.close();
    }

    private FaultyHome.Ended start(String app, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of("start", home.app(app, HELLO).toString(), "--port", "0"));
        arguments.addAll(List.of(more));
        return home.done(arguments.toArray(String[]::new));
    }

    /** Every daemon of this home. */
    private List<Long> daemons() throws IOException {
        return FaultyHome.withVariable(HomeLayout.VARIABLE + "=" + home.home()).entrySet().stream()
                .filter(process -> process.getValue().strip().endsWith("footplate.dist.Main daemon"))
                .map(process -> process.getKey())
                .toList();
    }

    @Test
    void tenStartsAtOnceWithoutADaemonHaveOneDaemonAndTenApps() throws Exception {
        for (int i = 0; i < 10; i++) {
            home.app("app" + i, HELLO);
        }
        var begun = new ArrayList<FaultyHome.Begun>();
        for (int i = 0; i < 10; i++) {
            begun.add(home.begin(
                    "start", home.folder().resolve("app" + i).toString(), "--port", "0", "--min", "1", "--max", "1"));
        }
        for (var command : begun) {
            var ended = command.end();
            assertThat(ended.code()).describedAs(ended.err()).isZero();
        }
        await().untilAsserted(() -> assertThat(daemons()).containsExactly(home.daemon()));
        var ports = new TreeSet<Integer>();
        for (int i = 0; i < 10; i++) {
            ports.add(home.port("app" + i));
            assertThat(FaultyHome.get(home.port("app" + i), "/").status()).isEqualTo(200);
        }
        assertThat(ports).hasSize(10);
        home.assertNoOrphan();
    }

    @Test
    void twoStartsOfOneAppAtOnceGiveOneApp() throws Exception {
        var folder = home.app("app", HELLO).toString();
        var one = home.begin("start", folder, "--port", "0", "--min", "1", "--max", "1");
        var other = home.begin("start", folder, "--port", "0", "--min", "1", "--max", "1");
        assertThat(one.end().code() + other.end().code()).isZero();
        assertThat(daemons()).hasSize(1);
        assertThat(home.pids("app")).hasSize(1);
        assertThat(FaultyHome.get(home.port("app"), "/").status()).isEqualTo(200);
    }

    @Test
    void whatADeadDaemonLeftIsNotInTheWay() throws Exception {
        start("app", "--min", "1", "--max", "1");
        var pids = home.pids("app");
        home.killDaemon();
        assertThat(home.layout().controlSocket()).exists();
        Files.writeString(home.layout().pidFile(), ProcessHandle.current().pid() + "\n");
        Files.writeString(home.layout().lock(), "4711 and more");

        start("other", "--min", "1", "--max", "1");

        assertThat(daemons()).containsExactly(home.daemon());
        assertThat(home.pids("app")).isEqualTo(pids);
        home.killDaemon();
        Files.writeString(home.layout().pidFile(), "no number");
        assertThat(home.done("list").out()).isNotBlank();
        start("third", "--min", "1", "--max", "1");
        assertThat(home.pids("app")).isEqualTo(pids);
    }

    @Test
    void aStartAfterAKillFindsNoGapBetweenTwoDaemons() throws Exception {
        for (int i = 0; i < 4; i++) {
            start("app", "--min", "1", "--max", "1");
            home.client().kill(_ -> {});
        }
        start("app", "--min", "1", "--max", "1");
        assertThat(daemons()).hasSize(1);
    }

    @Test
    void aStartWhileTheDaemonBeforeStillHoldsTheHomeWaitsForItsEnd() throws Exception {
        start("app", "--min", "1", "--max", "1");
        home.done("kill");
        await().until(() -> daemons().isEmpty());
        // As a daemon does that has closed its socket and not yet ended.
        var holder = home.begin(List.of(
                "python3",
                "-c",
                "import fcntl,sys,time; f=open(sys.argv[1],'r+'); fcntl.lockf(f,fcntl.LOCK_EX); print('held',flush=True); time.sleep(60)",
                home.layout().lock().toString()));
        await().until(() -> holder.out().contains("held"));
        var waiting = home.begin("start", home.folder().resolve("app").toString(), "--port", "0");
        await().atMost(Duration.ofSeconds(20)).until(() -> home.daemonLog().contains("another daemon has"));

        holder.process().destroyForcibly();

        var ended = waiting.end();
        holder.end();
        assertThat(ended.code()).describedAs(ended.err()).isZero();
        assertThat(daemons()).hasSize(1);
    }

    @Test
    void aStartThatLosesItsDaemonSaysSoAndNothingIsLeft() throws Exception {
        start("steady", "--min", "1", "--max", "1");
        var steady = home.pids("steady");
        home.app("mute", "setInterval(() => {}, 1000)\n");
        var waiting = home.begin("start", home.folder().resolve("mute").toString(), "--port", "0", "--min", "1");
        await().until(() -> home.marked().size() == 2);

        home.killDaemon();

        var ended = waiting.end();
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("closed before the answer", "daemon.log");
        home.done("delete", "mute");
        assertThat(home.marked().keySet()).isEqualTo(steady);
        assertThat(home.pids("steady")).isEqualTo(steady);
    }

    @Test
    void adoptedProcessesKeepTheirPidsTheirOutputAndTheirSupervision() throws Exception {
        home.app("talker", HELLO + "let n = 0; setInterval(() => console.log('line ' + n++), 10)\n");
        home.done("start", home.folder().resolve("talker").toString(), "--port", "0", "--min", "2", "--max", "2");
        var pids = home.pids("talker");
        int port = home.port("talker");
        home.killDaemon();
        var log = home.layout().logs().resolve("talker-0.out.log");
        var sizeWhenDead = Files.size(log);
        await().until(() -> Files.size(log) > sizeWhenDead + 100);
        var lastLine = Files.readString(log).strip().replaceAll("(?s).*\n", "");

        assertThat(home.done("logs", "talker", "-n", "5000").out()).contains(lastLine);

        assertThat(home.pids("talker")).isEqualTo(pids);
        assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
        long victim = pids.first();
        FaultyHome.signal("KILL", victim);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(home.pids("talker"))
                        .hasSize(2)
                        .doesNotContain(victim)
                        .contains(pids.last()));
        home.assertNoOrphan();
    }

    @Test
    void aProcessThatMerelyHasThePidOfOursIsNeitherAdoptedNorSignalled() throws Exception {
        start("app", "--min", "1", "--max", "1");
        long ours = home.pids("app").first();
        var stranger = home.begin(
                List.of("setsid", "sh", "-c", "trap 'echo signalled' TERM INT HUP; while :; do sleep 0.1; done"));
        try {
            for (boolean sameTicks : List.of(false, true)) {
                home.killDaemon();
                long dead = ours;
                FaultyHome.signal("KILL", ours);
                FaultyHome.awaitGone(ours);
                var state = Files.readString(home.layout().stateFile());
                var instance = JsonParser.parseString(state)
                        .getAsJsonObject()
                        .getAsJsonArray("apps")
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonArray("instances")
                        .get(0)
                        .getAsJsonObject();
                assertThat(instance.get("pid").getAsLong()).isEqualTo(ours);
                var forged = state.replace(
                        "\"pid\":" + ours, "\"pid\":" + stranger.process().pid());
                if (sameTicks) {
                    forged = forged.replace(
                            "\"startTicks\":" + instance.get("startTicks").getAsLong(),
                            "\"startTicks\":" + startTicks(stranger.process().pid()));
                }
                assertThat(forged).isNotEqualTo(state);
                Files.writeString(home.layout().stateFile(), forged);

                home.done("list");

                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(() -> assertThat(home.pids("app"))
                                .hasSize(1)
                                .doesNotContain(stranger.process().pid(), dead));
                await().untilAsserted(() -> assertThat(
                                FaultyHome.get(home.port("app"), "/").status())
                        .isEqualTo(200));
                ours = home.pids("app").first();
            }
            home.done("delete", "app");
            assertThat(stranger.process().isAlive()).isTrue();
            assertThat(stranger.out()).isEmpty();
        } finally {
            stranger.process().destroyForcibly();
            stranger.end();
        }
    }

    private static long startTicks(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
    }

    @Test
    void aDaemonThatIsKilledAtAnyMomentLosesNothing() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        start("steady", "--min", "1", "--max", "1");
        start("moving", "--min", "1", "--max", "1");
        var steady = home.pids("steady");
        int steadyPort = home.port("steady");
        int movingPort = home.port("moving");
        for (int round = 0; round < 30; round++) {
            int deed = random.nextInt(5);
            var told = "seed %d round %d deed %d".formatted(seed, round, deed);
            int processes = 1 + random.nextInt(3);
            var client = home.client();
            var caller = Thread.ofVirtual().start(() -> {
                try {
                    switch (deed) {
                        case 0 -> client.restart("moving", _ -> {});
                        case 1 -> client.stop("moving", _ -> {});
                        case 2 -> client.scale(new ScaleRequest("moving", processes, null), _ -> {});
                        case 3 -> {
                            client.stop("moving", _ -> {});
                            client.restart("moving", _ -> {});
                        }
                        default -> client.restart("all", _ -> {});
                    }
                } catch (CallFailed cut) {
                    // the daemon died: that is the point
                }
            });
            var before = deed == 4 ? null : steady;
            long until =
                    System.nanoTime() + Duration.ofMillis(random.nextInt(350)).toNanos();
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            home.killDaemon();
            caller.join();
            assertThat(JsonParser.parseString(Files.readString(home.layout().stateFile()))
                            .isJsonObject())
                    .isTrue();

            var list = home.footplate("list", "--json");

            assertThat(list.code())
                    .describedAs(told + list.err() + home.daemonLog())
                    .isZero();
            if (before == null) {
                await().untilAsserted(() -> assertThat(home.describe("steady").instances())
                        .describedAs(told)
                        .anyMatch(i -> i.pid() != null));
            } else {
                assertThat(home.pids("steady")).describedAs(told).isEqualTo(before);
            }
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> assertThat(FaultyHome.get(steadyPort, "/").status())
                                    .describedAs(told)
                                    .isEqualTo(200));
            await().atMost(Duration.ofSeconds(10)).untilAsserted(home::assertNoOrphan);
            if (home.describe("moving").state() == AppState.STOPPED) {
                home.client().restart("moving", _ -> {});
            }
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> assertThat(FaultyHome.get(movingPort, "/").status())
                                    .describedAs(told)
                                    .isEqualTo(200));
            if (deed == 4) {
                home.client().restart("steady", _ -> {});
                // The one before may still have a moment to live.
                await().until(() -> home.pids("steady").size() == 1);
                steady = home.pids("steady");
            }
        }
        assertThat(daemons()).hasSize(1);
    }
}
