package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.v1.AppInfo;
import footplate.api.v1.DeployRequest;
import footplate.api.v1.ReleaseInfo;
import footplate.api.v1.ReloadRequest;
import footplate.api.v1.RollbackRequest;
import footplate.api.v1.StartRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The daemon is killed at random instants while it makes releases, rolls them out, goes back, restarts: what it left on disk is
 * whole each time, and the next one goes on with it. Four apps are deployed at once, so that each kill meets four instants;
 * {@code -Dfootplate.kills=200} has it done more often than the 25 times that fit into a build.
 */
@Tag("node")
final class StateKillIT {
    private static final int KILLS = Integer.getInteger("footplate.kills", 25);
    private static final List<String> APPS = List.of("a", "b", "c", "d");
    private static final int LONGEST_MILLIS = 500;

    private FaultyHome home;
    private FaultyHome.Begun daemon;

    @BeforeEach
    void make() throws Exception {
        home = FaultyHome.make();
    }

    @AfterEach
    void close() throws Exception {
        home.close();
        daemon.end();
    }

    private void begin() throws Exception {
        daemon = home.begin("daemon");
        var client = home.client();
        Footplate.await(20, () -> {
            try {
                client.ping(ControlClient.ANSWER_LIMIT);
                return true;
            } catch (CallFailed notYet) {
                return !daemon.process().isAlive();
            }
        });
        client.ping(ControlClient.ANSWER_LIMIT);
    }

    private void kill() throws Exception {
        daemon.process().destroyForcibly();
        assertThat(daemon.end().out()).doesNotContain("mistake");
    }

    private Path folder(String app) {
        return home.folder().resolve(app);
    }

    private StartRequest flags(String app) {
        return new StartRequest(
                app,
                folder(app).toString(),
                null,
                null,
                0,
                null,
                List.of(),
                1,
                1,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                Map.of("min-ready", "0", "monitor", "0"),
                home.environment());
    }

    private void deploy(String app) throws CallFailed {
        home.client().deploy(new DeployRequest(flags(app), null, null, Map.of(), false, null), _ -> {});
    }

    private void change(String app, int what) throws CallFailed {
        var client = home.client();
        switch (what) {
            case 0 -> client.rollback(new RollbackRequest(app, null), _ -> {});
            case 1 -> client.reload(new ReloadRequest(app, Map.of("PATH", System.getenv("PATH"))), _ -> {});
            case 2 -> client.restart(app, _ -> {});
            default -> deploy(app);
        }
    }

    @Test
    void whateverInstantADaemonIsKilledAtItsStateIsWhole() throws Exception {
        for (var app : APPS) {
            home.app(app, "require('http').createServer((q, s) => s.end('" + app + "')).listen(process.env.PORT)\n");
        }
        begin();
        for (var app : APPS) {
            deploy(app);
        }
        long seed = Long.getLong("footplate.seed", System.nanoTime());
        var random = new Random(seed);
        for (int kill = 1; kill <= KILLS; kill++) {
            var changes = new ArrayList<Thread>();
            for (var app : APPS) {
                int what = random.nextInt(8);
                changes.add(Thread.ofVirtual().start(() -> {
                    try {
                        change(app, what);
                    } catch (CallFailed cut) {
                        // killed meanwhile, or a rollout of the last daemon's is still under way
                    }
                }));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_MILLIS)));
            kill();
            for (var change : changes) {
                change.join();
            }
            try {
                assertThat(JsonParser.parseString(Files.readString(home.layout().stateFile()))
                                .isJsonObject())
                        .isTrue();
                begin();
                assertWhole();
            } catch (AssertionError | Exception broken) {
                throw new AssertionError("kill %d of seed %d: %s".formatted(kill, seed, broken.getMessage()), broken);
            }
        }
        for (var app : APPS) {
            assertServes(app);
        }
    }

    private void assertWhole() throws Exception {
        var client = home.client();
        assertThat(client.list().apps()).extracting(AppInfo::name).containsExactlyElementsOf(APPS);
        for (var app : APPS) {
            assertNothingIsHalf(app);
            var current = client.history(app).releases().stream()
                    .filter(ReleaseInfo::current)
                    .toList();
            assertThat(current).describedAs("the release that '%s' runs", app).hasSize(1);
            assertThat(current.getFirst().kept()).isTrue();
            assertThat(Path.of(client.describe(app).apps().getFirst().root()).resolve("app.js"))
                    .exists();
        }
        // What goes on after a kill starts processes, between the two looks also.
        await().atMost(Duration.ofSeconds(20)).untilAsserted(home::assertNoOrphan);
    }

    private void assertNothingIsHalf(String app) throws IOException {
        try (var releases = Files.newDirectoryStream(home.layout().releases().resolve(app))) {
            for (var release : releases) {
                var made = release.resolve("release.json");
                var past = release.resolve("past.json");
                assertThat(Files.exists(made) || Files.exists(past))
                        .describedAs("%s is neither a release nor a memory of one", release)
                        .isTrue();
                var text = Files.readString(Files.exists(made) ? made : past);
                assertThat(JsonParser.parseString(text).isJsonObject()).isTrue();
            }
        }
    }

    /** What the last kill left under way comes to an end, and a new release serves. */
    private void assertServes(String app) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    deploy(app);
                    assertThat(FaultyHome.get(home.port(app), "/").body()).isEqualTo(app);
                    assertThat(home.client().history(app).releases())
                            .allMatch(release -> release.current() || release.ended() != null);
                });
    }
}
