package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.api.json.Json;
import footplate.api.v1.ServerSettings;
import footplate.api.v1.SettingInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code footplate set}, and the settings that apps choose themselves. */
@Tag("node")
@Timeout(120)
class SettingsIT {
    private static final String TALL = "X-Tall: " + "x".repeat(3_000);

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

    private Map<String, SettingInfo> settings() throws Exception {
        var shown = footplate.run("set", "--json").fine().out();
        var settings = new HashMap<String, SettingInfo>();
        for (var one : ServerSettings.read(Json.object("", "{\"settings\":" + shown + "}"))
                .settings()) {
            settings.put(one.name(), one);
        }
        return settings;
    }

    private int start(Object... flags) throws Exception {
        var app = folder.resolve("shop");
        if (!Files.exists(app)) {
            Footplate.app(app);
        }
        var line = new java.util.ArrayList<Object>(List.of("start", app, "--port", 0, "--max", 1));
        line.addAll(List.of(flags));
        return footplate.run(line.toArray()).fine().port();
    }

    @Test
    void lookingStartsNoDaemonAndSettingDoes() throws Exception {
        assertThat(settings().get("read-timeout").value()).isEqualTo("10m");
        assertThat(footplate.home()).doesNotExist();

        assertThat(footplate.run("set", "read-timeout", "5s").fine().out())
                .isEqualTo("read-timeout is 5s, for every app that chose nothing else\n");
        assertThat(footplate.run("ping").code()).isZero();
        assertThat(settings().get("read-timeout").value()).isEqualTo("5s");
        assertThat(footplate.run("set", "read-timeout", "--default").fine().out())
                .contains("read-timeout is 10m, its default");
    }

    private String daemonLog() {
        try {
            return Files.readString(footplate.home().resolve("daemon.log"));
        } catch (IOException cannot) {
            throw new UncheckedIOException(cannot);
        }
    }

    @Test
    void whoeverIsTurnedAwayIsCountedAndToldOf() throws Exception {
        int port = start();
        footplate.run("set", "max-connections-per-address", "1").fine();
        assertThat(footplate.run("status").fine().err()).doesNotContain("turned away");
        try (var first = new Line(port)) {
            assertThat(first.ask("GET", "/", "").status()).isEqualTo(200);
            try (var second = new Line(port)) {
                assertThat(second.answer().status()).isEqualTo(503);
            }
        }

        assertThat(footplate.run("status", "--show=server", "--json").fine().out())
                .contains("\"turnedAway\":1,");
        assertThat(footplate.run("status", "--show=server").fine().out())
                .containsPattern("connections turned away for want of room +1");
        assertThat(footplate.run("status").fine().err())
                .contains("Since the start 1 connection was turned away for want of room");
        Footplate.await(20, () -> daemonLog().contains("1 client connection was turned away"));
    }

    @Test
    void whatTheJvmCannotGiveIsRefusedWhereverItComesFrom() throws Exception {
        for (var line : List.of(
                List.of("connection-memory", "1GB", "-XX:MaxDirectMemorySize"),
                List.of("buffer-memory-total", "512MB", "-XX:MaxDirectMemorySize"),
                List.of("file-cache", "256MB", "FOOTPLATE_HEAP"))) {
            var ended = footplate.run("set", line.get(0), line.get(1));
            assertThat(ended.code()).describedAs(ended.toString()).isEqualTo(1);
            assertThat(ended.err())
                    .contains(line.get(0) + ": '" + line.get(1) + "' is more than there is", line.get(2));
        }
        assertThat(settings().get("file-cache").value()).isEqualTo("8MB");

        Footplate.app(folder.resolve("shop"));
        var run = footplate.run("run", "shop", "--file-cache", "256MB");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("--file-cache: '256MB' is more than there is");

        var file = Files.writeString(folder.resolve("footplate.yml"), """
                buffer_memory_total: 512MB
                apps:
                  shop:
                    root: shop
                """);
        var started = footplate.run("start", file);
        assertThat(started.code()).isEqualTo(1);
        assertThat(started.err()).contains("footplate.yml, 'buffer_memory_total': '512MB' is more than there is");
    }

    @Test
    void whatIsSetCountsAtOnceForConnectionsThatAreThereAndOutlivesAKilledDaemon() throws Exception {
        int port = start("--tries", "2", "--error-pages", folder);
        try (var line = new Line(port)) {
            assertThat(line.ask("GET", "/", "", TALL).status()).isEqualTo(200);
            footplate.run("set", "max-header-size", "2KB").fine();
            assertThat(line.ask("GET", "/", "").status()).isEqualTo(200);
            assertThat(line.ask("GET", "/", "", TALL).status()).isEqualTo(431);
        }
        assertThat(footplate.describe("shop").settings())
                .isEqualTo(Map.of("tries", "2", "error-pages", folder.toString()));
        assertThat(footplate.run("describe", "shop").fine().out()).contains("Settings:", "tries 2");
        var note = footplate.run("set", "tries", "3").fine();
        assertThat(note.err()).contains("tries 2 of its own");

        long daemon = footplate.daemon();
        Footplate.signal("KILL", daemon);
        Footplate.await(10, () -> ProcessHandle.of(daemon).isEmpty());

        assertThat(settings().get("max-header-size").value()).isEqualTo("2KB");
        assertThat(settings().get("tries").value()).isEqualTo("3");
        assertThat(footplate.daemon()).isNotEqualTo(daemon);
        assertThat(footplate.describe("shop").settings()).containsEntry("tries", "2");
        assertThat(Line.get(port, "/", TALL).status()).isEqualTo(431);

        footplate.run("set", "max-header-size", "--default").fine();
        assertThat(Line.get(port, "/", TALL).status()).isEqualTo(200);
    }

    @Test
    void aRefusedValueNeverReplacesTheGoodOne() throws Exception {
        footplate.run("set", "send-timeout", "7s").fine();
        for (var wrong : List.of("soon", "0", "-1", "")) {
            var refused = footplate.run("set", "send-timeout", wrong);
            assertThat(refused.code()).describedAs(refused.toString()).isEqualTo(2);
            assertThat(refused.err()).contains("send-timeout");
        }
        assertThat(footplate.run("set", "send-timout", "9s").err()).contains("Did you mean 'send-timeout'?");
        assertThat(settings().get("send-timeout").value()).isEqualTo("7s");

        int port = start("--max-body-size", "10");
        try (var line = new Line(port)) {
            assertThat(line.ask("POST", "/", "x".repeat(20)).status()).isEqualTo(413);
        }
        var app = folder.resolve("shop");
        assertThat(footplate.run("start", app, "--max-body-size", "much").code())
                .isEqualTo(2);
        Files.move(app.resolve("app.js"), app.resolve("good.js"));
        Files.writeString(app.resolve("app.js"), "throw new Error('half a deploy')");
        assertThat(footplate
                        .run("start", app, "--port", port, "--max", 1, "--max-body-size", "1MB")
                        .code())
                .isEqualTo(1);
        assertThat(footplate.describe("shop").settings())
                .describedAs("a deploy that failed changes nothing")
                .containsEntry("max-body-size", "10");

        Files.move(app.resolve("good.js"), app.resolve("app.js"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        footplate.run("start", app, "--port", port, "--max", 1).fine();
        assertThat(footplate.describe("shop").settings())
                .describedAs("what is not said is the default")
                .isEmpty();
    }

    @Test
    void changesAtOnceAreAllKept() throws Exception {
        footplate.run("set", "tries", "2").fine();
        var changes = Map.of("tries", "5", "retry-budget", "50", "via", "on", "send-timeout", "9s", "workers", "1");
        var calls = changes.entrySet().stream()
                .map(change -> CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return footplate.run("set", change.getKey(), change.getValue());
                            } catch (IOException | InterruptedException broken) {
                                throw new IllegalStateException(broken);
                            }
                        },
                        task -> Thread.ofVirtual().start(task)))
                .toList();
        for (var call : calls) {
            call.get(60, TimeUnit.SECONDS).fine();
        }

        var after = settings();
        changes.forEach((name, value) -> assertThat(after.get(name).value()).isEqualTo(value));
        assertThat(Files.readString(footplate.home().resolve("state.json"))).contains("\"retry-budget\":\"50\"");
    }

    @Test
    void anAppsAccessLogIsBesideItsOutputAndFollowsASetting() throws Exception {
        int port = start("--access-log", "json");
        var log = footplate.home().resolve("logs/shop.access.log");
        Line.get(port, "/first");
        Footplate.await(10, () -> holds(log, "/first"));
        assertThat(log).content().contains("/first");
        assertThat(Files.getPosixFilePermissions(log)).hasSize(2);

        start();
        Line.get(port, "/unseen");
        footplate.run("set", "access-log", "combined").fine();
        Line.get(port, "/second");
        Footplate.await(10, () -> holds(log, "/second"));
        assertThat(log).content().contains("\"GET /second HTTP/1.1\"").doesNotContain("/unseen");
    }

    @Test
    void whatNoAppAnswersIsInTheServersAccessLog() throws Exception {
        int port = start("--host", "shop.example");
        footplate.run("set", "access-log", "combined").fine();
        assertThat(Line.get(port, "/strange").status()).isEqualTo(404);
        var log = footplate.home().resolve("logs/access.log");
        Footplate.await(10, () -> holds(log, "\"GET /strange HTTP/1.1\" 404 "));
        assertThat(footplate.home().resolve("logs/shop.access.log")).doesNotExist();
    }

    private static boolean holds(Path log, String text) {
        try {
            return Files.exists(log) && Files.readString(log).contains(text);
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    @Test
    void whatCountsAtAStartOnlySaysSo() throws Exception {
        assertThat(footplate.run("set", "workers", "3").fine().out()).contains("workers is 3", "next start");
        assertThat(loops()).isNotEqualTo(3);
        footplate.run("kill").fine();
        start();
        assertThat(loops()).isEqualTo(3);
    }

    /** The daemon's event loops. */
    private long loops() throws IOException {
        long loops = 0;
        try (var threads = Files.newDirectoryStream(Path.of("/proc/" + footplate.daemon() + "/task"))) {
            for (var thread : threads) {
                loops += Files.readString(thread.resolve("comm")).startsWith("footplate-loop") ? 1 : 0;
            }
        }
        return loops;
    }
}
