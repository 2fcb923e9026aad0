package footplate.dist;

import footplate.api.client.HomeLayout;
import footplate.api.json.JsonBody;
import footplate.api.json.Malformed;
import footplate.api.v1.AppInfo;
import footplate.api.v1.AppState;
import footplate.api.v1.Apps;
import footplate.api.v1.ConfigurationInfo;
import footplate.api.v1.Deployed;
import footplate.api.v1.Differences;
import footplate.api.v1.InstanceInfo;
import footplate.api.v1.InstanceState;
import footplate.api.v1.Lines;
import footplate.api.v1.PingInfo;
import footplate.api.v1.Releases;
import footplate.api.v1.Request;
import footplate.api.v1.RequestsUnderWay;
import footplate.api.v1.ServerCounts;
import footplate.api.v1.ServerSettings;
import footplate.api.v1.SettingInfo;
import footplate.api.v1.UpgradeInfo;
import footplate.api.v1.Upstreams;
import footplate.api.v1.Wire;
import footplate.cli.command.Cli;
import footplate.cli.command.Surroundings;
import footplate.cli.print.Screen;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the JVM watches while it makes the command line's AOT cache: each quick command once, against a server of its own in this process.
 *
 * <p>Called by the launcher after a build, with the hidden command {@link #TRAIN}.
 */
final class Training {
    static final String TRAIN = "train";

    private Training() {}

    static int run() {
        try {
            Path folder = Files.createTempDirectory("footplate-train");
            try {
                return run(new HomeLayout(folder.resolve("home")));
            } finally {
                for (String left : List.of("home/control.sock", "home", "")) {
                    Files.deleteIfExists(folder.resolve(left));
                }
            }
        } catch (IOException | HomeLayout.Unusable broken) {
            System.err.println("footplate: no AOT cache: " + broken.getMessage());
            return Cli.FAILED;
        }
    }

    private static int run(HomeLayout home) throws IOException, HomeLayout.Unusable {
        home.make();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(home.controlSocket()));
            Thread.ofPlatform().daemon().name("training-server").start(() -> serve(server));
            Map<String, String> environment =
                    Map.of(HomeLayout.VARIABLE, home.home().toString());
            int worst = 0;
            for (int width : new int[] {0, 80}) {
                for (List<String> command : List.of(
                        List.of("ping"),
                        List.of("list"),
                        List.of("list", "--json"),
                        List.of("status"),
                        List.of("status", "--show=requests"),
                        List.of("describe", "shop"),
                        List.of("stop", "shop"),
                        List.of("scale", "shop", "+1"),
                        List.of("set"),
                        List.of("set", "tries", "2"),
                        List.of("logs", "shop", "-n", "5"),
                        List.of("start", home.home().toString()),
                        List.of("version"),
                        List.of("help"),
                        List.of("help", "start"))) {
                    worst = Math.max(worst, Cli.run(command, surroundings(environment, home, width)));
                }
            }
            return worst;
        }
    }

    private static Surroundings surroundings(Map<String, String> environment, HomeLayout home, int width) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Surroundings(
                environment,
                home.home(),
                new Screen(nowhere, nowhere, width, width, true),
                Main::version,
                _ -> {
                    throw new IOException("training starts no daemon");
                },
                () -> {
                    throw new IllegalStateException("training serves nothing");
                });
    }

    private static void serve(ServerSocketChannel server) {
        try {
            while (true) {
                try (SocketChannel channel = server.accept()) {
                    String line = new Lines(channel, Wire.MAX_REQUEST_BYTES).next();
                    if (line != null) {
                        channel.write(ByteBuffer.wrap(Wire.ok(answer(Wire.readRequest(line)))));
                    }
                }
            }
        } catch (IOException | Malformed | Wire.Refused _) {
            // The training is over: its server socket was closed.
        }
    }

    private static JsonBody answer(Request request) {
        return switch (request.call()) {
            case PING -> new PingInfo("0", 1, "/", 1, false);
            case REQUESTS -> new RequestsUnderWay(List.of());
            case LOGS, EVENTS -> JsonBody.EMPTY;
            case UPGRADE -> new UpgradeInfo(2, "0", 1, 0);
            case SETTINGS, SET ->
                new ServerSettings(List.of(new SettingInfo("tries", "2", "4", true, false, "most times")));
            case DEPLOY, RELOAD, ROLLBACK -> new Deployed(app("shop"), 2, 1_000);
            case CONFIGURE -> new ConfigurationInfo("/", List.of(), List.of(), List.of(app("shop")));
            case UPSTREAMS -> new Upstreams(null, List.of());
            case COUNTS -> new ServerCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            case HISTORY -> new Releases(List.of());
            case DIFF -> new Differences(List.of());
            case START, STOP, RESTART, DELETE, SCALE, LIST, DESCRIBE, KILL, PROMOTE, ABORT, PAUSE, RESUME ->
                new Apps(List.of(app("shop"), app("blog")));
        };
    }

    private static AppInfo app(String name) {
        var instance = new InstanceInfo(
                name,
                0,
                0,
                4711L,
                InstanceState.RUNNING,
                0,
                1_000_000,
                12.5,
                100_000_000,
                1,
                17,
                90_000L,
                1,
                "unix:/s");
        return new AppInfo(
                name,
                "/srv/" + name,
                "node app.js",
                AppState.RUNNING,
                "http://127.0.0.1:3000",
                List.of("a.example"),
                1,
                2,
                2,
                0,
                0,
                100,
                "production",
                Map.of("tries", "2"),
                List.of(instance, instance),
                null,
                null);
    }
}
