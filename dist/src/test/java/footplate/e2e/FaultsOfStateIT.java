package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The state file where it cannot be written, or cannot be read. */
@Tag("node")
final class FaultsOfStateIT {
    private static final String HELLO =
            "require('http').createServer((q, s) => s.end('v1 ' + process.pid)).listen(process.env.PORT)\n";

    private FaultyHome home;

    @BeforeEach
    void make() throws Exception {
        home = FaultyHome.make();
    }

    @AfterEach
    void close() throws Exception {
        home.close();
    }

    private FaultyHome.Ended start(String app) throws Exception {
        return home.done("start", home.app(app, HELLO).toString(), "--port", "0", "--min", "1", "--max", "1");
    }

    private void onATinyDisk() throws Exception {
        assumeThat(FaultyHome.root())
                .describedAs("LEFT OUT: needs root, to mount a tmpfs")
                .isTrue();
        Files.createDirectory(home.home());
        var mount = FaultyHome.system(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=1m,mode=0700",
                "none",
                home.home().toString());
        assumeThat(mount.code())
                .describedAs("LEFT OUT: no tmpfs may be mounted here: " + mount.err())
                .isZero();
    }

    /** Ends the daemon before its disk goes. */
    private void unmount() throws Exception {
        try {
            Files.deleteIfExists(home.home().resolve("filler"));
            home.footplate("kill");
        } finally {
            FaultyHome.system("umount", "-l", home.home().toString());
        }
    }

    /** Takes all the room there is. */
    private void fill() throws IOException {
        try (OutputStream filler = Files.newOutputStream(home.home().resolve("filler"))) {
            var block = new byte[4096];
            while (true) {
                filler.write(block);
            }
        } catch (IOException full) {
            assertThat(full.getMessage()).contains("No space");
        }
    }

    @Test
    void aFullDiskKeepsAppsRunningIsToldAndMendsItselfWithRoom() throws Exception {
        onATinyDisk();
        try {
            start("first");
            var pids = home.pids("first");
            var before = Files.readString(home.layout().stateFile());
            fill();

            var second = start("second");

            assertThat(second.err())
                    .contains("could not be written to " + home.layout().stateFile(), "Make room");
            assertThat(home.pids("first")).isEqualTo(pids);
            assertThat(FaultyHome.get(home.port("first"), "/").status()).isEqualTo(200);
            assertThat(FaultyHome.get(home.port("second"), "/").status()).isEqualTo(200);
            assertThat(Files.readString(home.layout().stateFile())).isEqualTo(before);
            var stop = home.done("stop", "first");
            assertThat(stop.err())
                    .contains("could not be written to " + home.layout().stateFile());
            var restart = home.done("restart", "second");
            assertThat(restart.err())
                    .contains("could not be written to " + home.layout().stateFile());
            var scale = home.done("scale", "second", "2");
            assertThat(scale.err())
                    .contains("could not be written to " + home.layout().stateFile());

            Files.delete(home.home().resolve("filler"));

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(JsonParser.parseString(
                                            Files.readString(home.layout().stateFile()))
                                    .getAsJsonObject()
                                    .getAsJsonArray("apps"))
                            .hasSize(2));
            var second2 = home.pids("second");
            home.killDaemon();
            home.done("list");
            assertThat(home.pids("second")).isEqualTo(second2);
            assertThat(home.daemonLog()).contains("is written again");
        } finally {
            unmount();
        }
    }

    @Test
    void aDeployOnAFullDiskIsRefusedAndWhatServesServesOn() throws Exception {
        onATinyDisk();
        try {
            var shop = home.app("shop", HELLO).toString();
            home.done(
                    "deploy",
                    "shop",
                    shop,
                    "--port",
                    "0",
                    "--min",
                    "1",
                    "--max",
                    "1",
                    "--min-ready",
                    "0",
                    "--monitor",
                    "0");
            var pids = home.pids("shop");
            fill();

            var refused = home.refused("deploy", "shop", shop);

            assertThat(refused.err()).contains("no space left on the disk", "serves on");
            assertThat(home.pids("shop")).isEqualTo(pids);
            assertThat(FaultyHome.get(home.port("shop"), "/").status()).isEqualTo(200);
            assertThat(home.layout().releases().resolve("shop/2/files")).doesNotExist();

            Files.delete(home.home().resolve("filler"));

            home.done("deploy", "shop", shop);
            assertThat(home.client().history("shop").releases().getFirst().current())
                    .isTrue();
        } finally {
            unmount();
        }
    }

    @Test
    void aDaemonThatBeginsOnAFullDiskSaysSo() throws Exception {
        onATinyDisk();
        try {
            fill();
            var ended = home.refused("start", home.app("app", HELLO).toString(), "--port", "0");
            assertThat(ended.err()).containsIgnoringCase("space");
            Files.delete(home.home().resolve("filler"));
            start("app");
        } finally {
            unmount();
        }
    }

    @Test
    void aStateFileThatCannotBeUnderstoodIsNeverOverwritten() throws Exception {
        start("app");
        var pids = home.pids("app");
        int port = home.port("app");
        home.killDaemon();
        var file = home.layout().stateFile();
        var good = Files.readString(file);
        var broken = new TreeMap<>(Map.of(
                "truncated", good.substring(0, good.length() / 2),
                "empty", "",
                "garbage", "\0\1\2 no JSON at all",
                "newer", good.replaceFirst("\"format\":\\d+", "\"format\":99"),
                "wrong", good.replaceFirst("\"pid\":\\d+", "\"pid\":-5")));
        assertThat(broken.get("newer")).isNotEqualTo(good);
        assertThat(broken.get("wrong")).isNotEqualTo(good);
        for (var one : broken.entrySet()) {
            Files.writeString(file, one.getValue());

            for (var command : new String[] {"list", "start"}) {
                var ended = command.equals("list")
                        ? home.refused("list")
                        : home.refused("start", home.folder().resolve("app").toString(), "--port", "0");
                assertThat(ended.err())
                        .describedAs(one.getKey())
                        .contains(file.toString(), "cannot be read", "Move it away");
            }
            assertThat(Files.readString(file)).isEqualTo(one.getValue());
            assertThat(home.marked().keySet()).isEqualTo(pids);
        }
        assertThat(home.refused("list").err()).contains(file.toString());
        Files.writeString(file, good);
        home.done("list");
        assertThat(home.pids("app")).isEqualTo(pids);
        assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
    }

    @Test
    void aStateFileThatMayNotBeReadByOthersHoldsTheEnvironment() throws Exception {
        home.environment().put("DB_PASSWORD", "open sesame");
        start("app");
        assertThat(Files.readString(home.layout().stateFile())).contains("open sesame");
        for (Path file : new Path[] {home.layout().stateFile(), home.home().resolve("secret")}) {
            assertThat(Files.getPosixFilePermissions(file).toString()).doesNotContain("GROUP", "OTHERS");
        }
        assertThat(home.done("describe", "app", "--json").out() + home.daemonLog())
                .doesNotContain("open sesame");
    }
}
