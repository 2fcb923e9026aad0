package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Launch;
import footplate.core.config.Secret;
import footplate.core.name.RunId;
import footplate.daemon.runtime.AppChannel;
import footplate.daemon.runtime.Detected;
import footplate.daemon.runtime.Detection;
import footplate.daemon.runtime.LaunchPlan;
import footplate.daemon.runtime.Place;
import footplate.daemon.runtime.Planned;
import footplate.daemon.runtime.PreloadFile;
import footplate.daemon.runtime.Report;
import footplate.daemon.runtime.RunToken;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real apps with real packages: detected, planned and started as the daemon does it, and asked over their socket without a proxy. */
@Timeout(400)
class AppsWithPreloadIT {
    private static final RunId RUN = new RunId(1);
    private static final int PUBLIC_PORT = 3000;

    @TempDir
    Path folder;

    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final RunToken token = RunToken.fresh();
    private AppChannel channel;
    private Process process;
    private Path socket;

    @BeforeEach
    void openTheChannel() throws IOException {
        socket = folder.resolve("0.sock");
        channel = AppChannel.open(folder.resolve("channel"), reports::add);
        channel.admit(token, RUN);
    }

    @AfterEach
    void endAll() throws IOException, InterruptedException {
        if (process != null) {
            var tree = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .toList();
            tree.forEach(ProcessHandle::destroyForcibly);
            process.waitFor(10, TimeUnit.SECONDS);
        }
        channel.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"express", "fastify", "koa", "ws", "socket.io", "esm", "npm-start", "hono", "cluster", "https"})
    void anAppIsServedOnItsSocketAlone(String name) throws IOException, InterruptedException {
        start(RealApps.folder(name));

        assertThat(SocketHttp.get(socket, "/").body()).matches(name + " [0-9]+");
        assertThat(SocketHttp.get(socket, "/env").body())
                .contains("\"NODE_ENV\":\"production\"", "\"PORT\":\"3000\"", "\"NODE_APP_INSTANCE\":\"2\"");
        assertThat(SocketHttp.get(socket, "/ip", "X-Forwarded-For: 203.0.113.9").body())
                .containsPattern("\"remote\":\"(127.0.0.1|::1)\"")
                .contains("\"x-forwarded-for\":\"203.0.113.9\"");
        var body = "0123456789ü".repeat(20_000);
        assertThat(SocketHttp.post(socket, "/echo", body).body()).isEqualTo(body);
        assertThat(OpenPorts.of(process.toHandle())).isEmpty();
        assertThat(reports).noneMatch(Report.AlsoListening.class::isInstance);
    }

    @Test
    void anOpenPortWouldBeSeen() throws IOException {
        try (var server = new ServerSocket(0)) {
            assertThat(OpenPorts.of(ProcessHandle.current())).contains(server.getLocalPort());
        }
    }

    @Test
    void aWebSocketConversationWorks() throws IOException, InterruptedException {
        start(RealApps.folder("ws"));
        talks("websocket-client.js", "ws+unix://" + socket + ":/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket", ""})
    void aSocketIoConversationWorks(String transport) throws IOException, InterruptedException {
        start(RealApps.folder("socket.io"));
        try (var bridge = new TcpBridge(socket)) {
            var url = "http://127.0.0.1:" + bridge.port();
            talks(
                    transport.isEmpty()
                            ? new String[] {"socketio-client.js", url}
                            : new String[] {"socketio-client.js", url, transport});
        }
    }

    @Test
    void aStartScriptIsGivenWhatNpmGives() throws IOException, InterruptedException {
        start(RealApps.folder("npm-start"));
        assertThat(SocketHttp.get(socket, "/script").body())
                .isEqualTo("{\"GREETING\":\"hello\",\"version\":\"1.2.3\",\"event\":\"start\"}");
    }

    @Test
    void anAppIsAskedToLeaveAndLeaves() throws IOException, InterruptedException {
        start(Path.of("../examples/hello").toAbsolutePath().normalize());
        assertThat(SocketHttp.get(socket, "/").body()).contains("<dt>Instance</dt><dd>2</dd>");
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(socket).doesNotExist();
    }

    /** Starts the app of a folder and waits until it says that it listens. */
    private void start(Path root) throws IOException {
        var environment = new HashMap<String, Secret>();
        Map.of("PATH", System.getenv("PATH"), "HOME", folder.toString())
                .forEach((key, value) -> environment.put(key, new Secret(value)));
        var app = (Detected.App) Detection.of(root, "", System.getenv("PATH"));
        assertThat(app.warnings()).isEmpty();
        assertThat(app.launch()).isNotInstanceOf(Launch.Command.class);
        var instance = new LaunchPlan.Instance(
                2, new Place.Socket(socket.toString()), PUBLIC_PORT, token, channel.path(), PreloadFile.in(folder));
        var planned = (Planned.Ready) LaunchPlan.of(app.launch(), app.root(), environment, "production", instance);
        var output = folder.resolve("output");
        var builder = new ProcessBuilder(planned.plan().command())
                .directory(planned.plan().directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(planned.plan().environment());
        process = builder.start();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() ->
                        assertThat(reports).as(Files.readString(output)).anyMatch(Report.Listening.class::isInstance));
    }

    /** Runs one of the clients in dist/apps; it checks the conversation itself. */
    private void talks(String... arguments) throws IOException, InterruptedException {
        var output = folder.resolve("client-output");
        var command = Stream.concat(Stream.of("node"), Stream.of(arguments)).toList();
        var client = new ProcessBuilder(command)
                .directory(RealApps.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = client.waitFor(30, TimeUnit.SECONDS);
        client.destroyForcibly();
        assertThat(ended && client.exitValue() == 0)
                .as(Files.readString(output))
                .isTrue();
        assertThat(output).content().contains("ok");
    }
}
