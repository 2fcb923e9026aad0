package footplate.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import footplate.core.config.Launch;
import footplate.core.config.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchPlanTest {
    private static final Path PRELOAD = Path.of("/run/fp/footplate-preload-0123456789abcdef.cjs");
    private static final Path CHANNEL = Path.of("/run/fp/channel");

    @TempDir
    Path root;

    @TempDir
    Path tools;

    private final RunToken token = RunToken.fresh();
    private final Map<String, String> kept = new HashMap<>();

    @BeforeEach
    void aNodeIsOnThePath() throws IOException {
        program("node");
        kept.put("PATH", tools.toString());
    }

    @Test
    void aNodeAppIsStartedByTheNodeOfItsOwnPath() throws IOException {
        var script = Files.writeString(root.resolve("app.js"), "");
        var plan = plan(new Launch.Node(script.toString(), List.of("-v")));
        assertThat(plan.command()).containsExactly(tools.resolve("node").toString(), script.toString(), "-v");
        assertThat(plan.directory()).isEqualTo(root);
        assertThat(plan.environment())
                .containsEntry("FOOTPLATE_SOCKET", "/run/fp/1.sock")
                .containsEntry("FOOTPLATE_CHANNEL", CHANNEL.toString())
                .containsEntry("FOOTPLATE_RUN", token.reveal())
                .containsEntry("FOOTPLATE_PUBLIC_PORT", "3000")
                .containsEntry("NODE_OPTIONS", "--require=" + PRELOAD)
                .containsEntry("PORT", "3000")
                .containsEntry("NODE_APP_INSTANCE", "1");
    }

    @Test
    void theNameOfTheEnvironmentIsSaidInEveryLanguage() throws IOException {
        kept.put("NODE_ENV", "test");
        assertThat(nodeEnvironment())
                .containsEntry("NODE_ENV", "production")
                .containsEntry("RACK_ENV", "production")
                .containsEntry("RAILS_ENV", "production")
                .containsEntry("WSGI_ENV", "production")
                .containsEntry("APP_ENV", "production");
    }

    @Test
    void theAppsEnvironmentIsKeptButForWhatWouldMisleadIt() throws IOException {
        kept.putAll(Map.of(
                "DATABASE",
                "x",
                "NODE_CHANNEL_FD",
                "3",
                "NODE_UNIQUE_ID",
                "1",
                "NOTIFY_SOCKET",
                "s",
                "LISTEN_FDS",
                "1"));
        kept.put("FOOTPLATE_APP_PID", "42");
        assertThat(nodeEnvironment())
                .containsEntry("DATABASE", "x")
                .doesNotContainKeys(
                        "NODE_CHANNEL_FD",
                        "NODE_UNIQUE_ID",
                        "NOTIFY_SOCKET",
                        "LISTEN_FDS",
                        "FOOTPLATE_APP_PID",
                        "HOME");
    }

    @Test
    void theUsersNodeOptionsAreKeptBehindOurs() throws IOException {
        kept.put("NODE_OPTIONS", "--max-old-space-size=100 --require=/x/apm.js");
        assertThat(nodeEnvironment().get("NODE_OPTIONS"))
                .isEqualTo("--require=" + PRELOAD + " --max-old-space-size=100 --require=/x/apm.js");
    }

    @Test
    void thePreloadOfTheAppThatCalledUsIsNotKept() {
        assertThat(LaunchPlan.nodeOptions(
                        PRELOAD, "--require=/old/footplate-preload-aaaaaaaaaaaaaaaa.cjs --trace-warnings"))
                .isEqualTo("--require=" + PRELOAD + " --trace-warnings");
        assertThat(LaunchPlan.nodeOptions(PRELOAD, "--require=\"/o d/footplate-preload-aaaaaaaaaaaaaaaa.cjs\""))
                .isEqualTo("--require=" + PRELOAD);
    }

    @Test
    void aStartScriptRunsInTheShellWithWhatNpmGives() throws IOException {
        packageJson(
                "{\"name\":\"shop\",\"version\":\"2.0.0\",\"config\":{\"port\":8080},\"scripts\":{\"start\":\"next start\"}}");
        var plan = plan(new Launch.NpmStart("an older line"));
        assertThat(plan.command()).containsExactly("/bin/sh", "-c", "next start");
        assertThat(plan.environment().get("PATH"))
                .startsWith(root + "/node_modules/.bin:" + root.getParent() + "/node_modules/.bin:")
                .endsWith(":" + tools);
        assertThat(plan.environment())
                .containsEntry("npm_package_name", "shop")
                .containsEntry("npm_package_version", "2.0.0")
                .containsEntry("npm_package_config_port", "8080")
                .containsEntry("npm_lifecycle_event", "start")
                .containsEntry("npm_package_json", root.resolve("package.json").toString())
                .containsKey("FOOTPLATE_SOCKET");
    }

    /** Run by the real sh: a prestart that fails keeps the start from running, and its comments stay its own. */
    @Test
    void aPrestartScriptComesFirst() throws IOException, InterruptedException {
        packageJson("{\"scripts\":{\"prestart\":\"echo one # first\",\"start\":\"echo two || x; echo three\"}}");
        assertThat(outputOf(plan(new Launch.NpmStart("")))).isEqualTo("one\ntwo\nthree\n");
        packageJson("{\"scripts\":{\"prestart\":\"false\",\"start\":\"echo two; echo three\"}}");
        assertThat(outputOf(plan(new Launch.NpmStart("")))).isEmpty();
    }

    @Test
    void aCommandGetsItsOwnPortAndNoPreload() throws IOException {
        var server = program("server");
        var plan = plan(new Launch.Command("server --fast 'a b'"), new Place.Loopback(4711));
        assertThat(plan.command()).containsExactly(server.toString(), "--fast", "a b");
        assertThat(plan.environment())
                .containsEntry("PORT", "4711")
                .containsEntry("FOOTPLATE_PUBLIC_PORT", "3000")
                .doesNotContainKeys("NODE_OPTIONS", "FOOTPLATE_SOCKET", "FOOTPLATE_CHANNEL", "FOOTPLATE_RUN");
        assertThat(plan(new Launch.Command("server --port $PORT"), new Place.Loopback(4711))
                        .command())
                .containsExactly("/bin/sh", "-c", "exec server --port $PORT");
    }

    @Test
    void aProgramMayBeNamedFromTheAppsFolder() throws IOException {
        Files.createDirectory(root.resolve("bin"));
        var server = Files.createFile(root.resolve("bin/server"));
        assertThat(refusal(new Launch.Command("bin/server")))
                .contains("there is no such program in", "may not be executed");
        assertThat(server.toFile().setExecutable(true)).isTrue();
        assertThat(plan(new Launch.Command("bin/server"), new Place.Loopback(4711))
                        .command())
                .containsExactly(server.toString());
    }

    @Test
    void whatIsMissingIsSaidBeforeAnythingStarts() throws IOException {
        assertThat(refusal(new Launch.Command("nope --x"))).contains("nope", "no such program on the app's PATH");
        assertThat(refusal(new Launch.Node(root.resolve("gone.js").toString(), List.of())))
                .contains("script is gone");
        packageJson("{}");
        assertThat(refusal(new Launch.NpmStart("x"))).contains("start script is gone");
        packageJson("{,}");
        assertThat(refusal(new Launch.NpmStart("x"))).contains("package.json:1:", "is not JSON");
        Files.delete(tools.resolve("node"));
        var script = Files.writeString(root.resolve("app.js"), "");
        assertThat(refusal(new Launch.Node(script.toString(), List.of()))).contains("node: there is no such program");
    }

    @Test
    void aPlanDoesNotPrintItsSecrets() throws IOException {
        kept.put("PASSWORD", "hunter2");
        var script = Files.writeString(root.resolve("app.js"), "");
        assertThat(plan(new Launch.Node(script.toString(), List.of())).toString())
                .doesNotContain("hunter2", token.reveal());
    }

    @Test
    void aSocketPathThatTheKernelWouldCutIsRefused() {
        assertThatThrownBy(() -> new Place.Socket("/" + "x".repeat(Place.Socket.LONGEST_PATH)))
                .hasMessageContaining("has 101 bytes");
        assertThatThrownBy(() -> new Place.Socket("/" + "ü".repeat(60))).hasMessageContaining("has 121 bytes");
        assertThatThrownBy(() -> new Place.Socket("relative")).isInstanceOf(IllegalArgumentException.class);
    }

    private Map<String, String> nodeEnvironment() throws IOException {
        var script = Files.writeString(root.resolve("app.js"), "");
        return plan(new Launch.Node(script.toString(), List.of())).environment();
    }

    private LaunchPlan plan(Launch launch) {
        return plan(launch, new Place.Socket("/run/fp/1.sock"));
    }

    private LaunchPlan plan(Launch launch, Place place) {
        return ((Planned.Ready) planned(launch, place)).plan();
    }

    private String refusal(Launch launch) {
        Place place = LaunchPlan.usesSocket(launch) ? new Place.Socket("/run/fp/1.sock") : new Place.Loopback(4711);
        return ((Planned.Refused) planned(launch, place)).problem().toString();
    }

    private Planned planned(Launch launch, Place place) {
        var secrets = new HashMap<String, Secret>();
        kept.forEach((name, value) -> secrets.put(name, new Secret(value)));
        return LaunchPlan.of(
                launch, root, secrets, "production", new LaunchPlan.Instance(1, place, 3000, token, CHANNEL, PRELOAD));
    }

    private Path program(String name) throws IOException {
        var file = Files.createFile(tools.resolve(name));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private void packageJson(String text) throws IOException {
        Files.writeString(root.resolve("package.json"), text);
    }

    private static String outputOf(LaunchPlan plan) throws IOException, InterruptedException {
        var process = new ProcessBuilder(plan.command()).start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }
}
