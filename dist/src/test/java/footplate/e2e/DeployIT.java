package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import footplate.api.v1.ReleaseInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Releases by the command line: made, rolled out, gone back to, told of. */
@Tag("node")
final class DeployIT {
    private static final String APP =
            "require('http').createServer((q, s) => s.end('VERSION ' + process.env.A + ' ' + process.env.B))"
                    + ".listen(process.env.PORT)\n";

    private FaultyHome home;

    @BeforeEach
    void make() throws Exception {
        home = FaultyHome.make();
    }

    @AfterEach
    void close() throws Exception {
        home.close();
    }

    /** Writes a version of the app that is told by its answers. */
    private Path version(String version) throws IOException {
        return home.app("shop", APP.replace("VERSION", version));
    }

    private FaultyHome.Ended deploy(String... more) throws Exception {
        var arguments = new ArrayList<>(List.of("deploy", "shop"));
        arguments.addAll(List.of(more));
        return home.done(arguments.toArray(String[]::new));
    }

    private FaultyHome.Ended deployFirst(String... more) throws Exception {
        var arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("--port", "0", "--min", "1", "--max", "1", "--min-ready", "0", "--monitor", "0"));
        return deploy(arguments.toArray(String[]::new));
    }

    private String answer() throws Exception {
        return FaultyHome.get(home.port("shop"), "/").body();
    }

    private List<ReleaseInfo> history() throws Exception {
        return home.client().history("shop").releases();
    }

    private void sh(String line) throws Exception {
        var ended = FaultyHome.system("/bin/sh", "-ec", "cd '" + home.folder() + "'; " + line);
        assertThat(ended.code()).describedAs(ended.toString()).isZero();
    }

    @Test
    void aFolderIsCopiedWithItsEnvFileAndBuiltAndAnotherTakesItsPlaceWithoutAnyFailure() throws Exception {
        var shop = version("v1");
        Files.writeString(shop.resolve(".env"), "A=file\n");
        home.environment().put("B", "caller");

        var first = deployFirst(shop.toString(), "--build", "echo built for $NODE_ENV > built; echo hello");

        assertThat(first.out()).contains("shop is deployed: release 1");
        assertThat(first.err()).contains("  | hello");
        assertThat(answer()).isEqualTo("v1 file caller");
        assertThat(home.layout().releases().resolve("shop/1/files/built")).hasContent("built for production\n");
        assertThat(shop.resolve("built")).doesNotExist();
        version("v2");
        home.environment().put("B", "somebody else");
        try (var load = Load.on(home.port("shop"), "/").andMore(20)) {
            deploy(shop.toString(), "--env", "A=chosen");
            load.andMore(20);

            assertThat(load.failures()).isEmpty();
            assertThat(load.bodies()).containsExactly("v1 file caller", "v2 chosen caller");

            home.done("rollback", "shop");
            load.andMore(20);
            assertThat(load.failures()).isEmpty();
        }
        assertThat(answer()).isEqualTo("v1 file caller");
        var history = history();
        assertThat(history).extracting(ReleaseInfo::number).containsExactly(2, 1);
        assertThat(history).extracting(ReleaseInfo::kept).containsOnly(true);
        assertThat(history.getFirst().ended()).isEqualTo("rolled back to 1");
        assertThat(history.getLast().current()).isTrue();
        assertThat(history.getLast().who()).isEqualTo(System.getProperty("user.name"));

        var diff = home.done("diff", "shop", "1", "2");

        assertThat(diff.out()).contains("env A").doesNotContain("chosen").doesNotContain("file");
    }

    @Test
    void aReloadReadsTheEnvFileAnewAndUpdateEnvReplacesTheKeptOne() throws Exception {
        var shop = version("v1");
        Files.writeString(shop.resolve(".env"), "A=one\nB=two\n");
        home.environment().put("B", "caller");
        home.done(
                "start",
                shop.toString(),
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
        assertThat(answer()).isEqualTo("v1 one two");
        var pids = home.pids("shop");

        assertThat(home.done("reload", "shop").out()).contains("release 1,");

        Footplate.await(10, () -> pids.stream().noneMatch(FaultyHome::runs));
        assertThat(pids).noneMatch(FaultyHome::runs);
        Files.writeString(shop.resolve(".env"), "A=1\n");
        home.environment().put("B", "somebody else");

        assertThat(home.done("reload", "shop").out()).contains("release 2,");

        assertThat(answer()).isEqualTo("v1 1 caller");

        home.done("reload", "shop", "--update-env");

        assertThat(answer()).isEqualTo("v1 1 somebody else");
        home.done("rollback", "shop", "1");
        assertThat(answer()).isEqualTo("v1 one two");
    }

    @Test
    void archivesAndCommitsAreDeployedToo() throws Exception {
        version("packed");
        sh("tar -czf shop.tgz -C shop .");
        version("committed");
        sh("git -C shop init -q -b main; git -C shop -c user.name=a -c user.email=a@b add .;"
                + " git -C shop -c user.name=a -c user.email=a@b commit -qm 1; git clone -q --bare shop bare.git");

        deployFirst(home.folder().resolve("shop.tgz").toString(), "--env", "A=1");

        assertThat(answer()).startsWith("packed 1");

        deploy("--git", "bare.git", "--ref", "main");

        assertThat(answer()).startsWith("committed 1");
        assertThat(history().getFirst().origin()).matches(".*/bare.git main \\([0-9a-f]{10}\\)");
    }

    @Test
    void whatFailsChangesNothingAndSaysWhy() throws Exception {
        var shop = version("v1");
        deployFirst(shop.toString());
        version("v2");
        try (var load = Load.on(home.port("shop"), "/").andMore(10)) {
            var build = home.refused("deploy", "shop", shop.toString(), "--build", "echo cannot; exit 3");
            assertThat(build.err()).contains("  | cannot", "exit code 3");

            home.app("shop", "throw new Error('broken build')\n");
            assertThat(home.refused("deploy", "shop", shop.toString()).err()).contains("broken build");

            Files.writeString(shop.resolve(".env"), "nonsense\nA=1\nB\n");
            assertThat(home.refused("deploy", "shop", shop.toString()).err()).contains("/.env:1", "/.env:3");

            assertThat(home.refused("deploy", "shop", "--git", "nowhere.git").err())
                    .contains("git could not fetch");
            sh("ln -s /etc/passwd shop/passwd");
            assertThat(home.refused("deploy", "shop", shop.toString()).err()).contains("link passwd");
            load.andMore(10);

            assertThat(load.failures()).isEmpty();
            assertThat(load.bodies()).hasSize(1);
        }
        assertThat(history()).hasSize(6);
        assertThat(history())
                .filteredOn(r -> !r.current())
                .allMatch(r -> String.valueOf(r.ended()).startsWith("failed: "));
        try (var files = Files.list(home.layout().releases().resolve("shop"))) {
            assertThat(files.filter(release -> Files.exists(release.resolve("files"))))
                    .hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void aSecondDeployOfTheAppIsLockedOutAndAnAbortBreaksTheFirstOff() throws Exception {
        var shop = version("v1");
        deployFirst(shop.toString());
        var first = home.begin("deploy", "shop", shop.toString(), "--build", "touch begun; echo begun; sleep 600");
        var begun = home.layout().releases().resolve("shop/2/files/begun");
        Footplate.await(20, () -> Files.exists(begun));

        assertThat(home.footplate("deploy", "shop", shop.toString()).code()).isEqualTo(4);
        assertThat(home.footplate("reload", "shop").code()).isEqualTo(4);
        home.done("abort", "shop");

        assertThat(first.end().code()).isEqualTo(1);
        assertThat(begun).doesNotExist();
        deploy(shop.toString());
    }

    @Test
    void whoLeavesADeployLeavesItToItself() throws Exception {
        var shop = version("v1");
        deployFirst(shop.toString());
        version("v2");
        var go = home.folder().resolve("go");
        var first = home.begin(
                "deploy",
                "shop",
                shop.toString(),
                "--build",
                "echo begun; until [ -e '" + go + "' ]; do sleep 0.05; done");
        Footplate.await(20, () -> text(first).contains("begun"));

        FaultyHome.signal("INT", first.process().pid());

        assertThat(first.end().err()).contains("You have left; it goes on without you");
        Files.createFile(go);
        Footplate.await(30, () -> {
            try {
                return answer().startsWith("v2");
            } catch (Exception notYet) {
                return false;
            }
        });
        assertThat(answer()).startsWith("v2");
    }

    private static String text(FaultyHome.Begun begun) {
        try {
            return begun.err();
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void fiveReleasesAreKeptAndTheirAppsEndForgetsThem() throws Exception {
        var shop = version("v0");
        deployFirst(shop.toString());
        for (int i = 1; i < 7; i++) {
            version("v" + i);
            deploy(shop.toString());
        }
        Footplate.await(10, () -> !Files.exists(home.layout().releases().resolve("shop/2/files")));

        assertThat(history())
                .filteredOn(ReleaseInfo::kept)
                .extracting(ReleaseInfo::number)
                .containsExactly(7, 6, 5, 4, 3);
        assertThat(home.refused("rollback", "shop", "2").err()).contains("is not kept", "7, 6, 5, 4, 3");
        var json = home.done("rollback", "shop", "3", "--json").out().lines().toList();
        assertThat(JsonParser.parseString(json.getLast())
                        .getAsJsonObject()
                        .getAsJsonObject("deployed")
                        .get("release")
                        .getAsInt())
                .isEqualTo(3);
        assertThat(answer()).startsWith("v2");

        home.done("delete", "shop");

        assertThat(home.layout().releases().resolve("shop")).doesNotExist();
    }
}
