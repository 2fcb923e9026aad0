package footplate.daemon;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import footplate.api.v1.SetRequest;
import footplate.api.v1.StartRequest;
import footplate.core.config.Settings;
import footplate.core.config.Site;
import footplate.core.config.Upstream;
import footplate.core.keep.State;
import footplate.daemon.config.Refused;
import footplate.daemon.control.ControlServer.CallRefused;
import footplate.daemon.keep.StateFile;
import footplate.daemon.os.HomeLock;
import footplate.daemon.os.ListeningSockets;
import footplate.daemon.os.ServiceManager;
import footplate.proxy.access.LogPlaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the JVM watches while it makes the daemon's AOT cache (JEP 514): a whole daemon in a home of its own, one app
 * from start to stop, requests through the proxy, and the commands people use most. Called once after a build.
 */
public final class DaemonTraining {
    private static final int REQUESTS = 2_000;

    private DaemonTraining() {}

    /**
     * Trains, for a few seconds.
     *
     * @param app a Node app's folder
     * @param environment with a PATH that finds node
     * @return the exit code; if it is not 0, a cache made of this run is still valid, only less useful
     */
    public static int run(Path app, Map<String, String> environment, String version) {
        try {
            var home = new HomeLayout(Files.createTempDirectory("footplate-train"));
            try {
                train(home, app, environment, version);
                return 0;
            } finally {
                delete(home.home());
            }
        } catch (IOException
                | HomeLayout.Unusable
                | InterruptedException
                | Refused
                | CallRefused
                | CallFailed failure) {
            System.err.println("training ended early: " + failure);
            return 1;
        }
    }

    private static void train(HomeLayout home, Path app, Map<String, String> environment, String version)
            throws IOException, HomeLayout.Unusable, InterruptedException, Refused, CallRefused, CallFailed {
        home.make();
        try (var daemon = new Daemon(
                new Daemon.Kind(home, false, Settings.standard(), null, version, Origin.NONE, _ -> {}),
                ProxyDataPlane::start)) {
            daemon.start(State.EMPTY);
            int port = freePort();
            var client = new ControlClient(home.controlSocket());
            client.ping(Duration.ofSeconds(5));
            client.start(request(app, port, environment), _ -> {});
            get(port, REQUESTS);
            client.list();
            client.requests(null);
            client.restart("all", _ -> {});
            get(port, 100);
            behindASite(port);
            client.set(new SetRequest("tries", "4"), _ -> {});
        }
        afterADeath(home, version);
    }

    /** What a daemon does whose predecessor has died: a start that clients wait for. */
    private static void afterADeath(HomeLayout home, String version)
            throws IOException, InterruptedException, CallFailed {
        try (var lock = HomeLock.tryTake(home.home()).orElseThrow()) {
            var found = StateFile.read(home.stateFile(), _ -> {});
            var sockets = ListeningSockets.of(Map.of(), 1);
            var origin = new Origin(ServiceManager.of(Map.of(), _ -> {}), sockets, lock, null);
            try (var daemon = new Daemon(
                    new Daemon.Kind(home, false, found.settings(), null, version, origin, _ -> {}),
                    ProxyDataPlane::start)) {
                daemon.start(found);
                new ControlClient(home.controlSocket()).kill(_ -> {});
                daemon.awaitLeft();
            }
        } catch (StateFile.Unreadable impossible) {
            throw new IOException(impossible);
        }
    }

    /** What {@code footplate proxy} does, in front of the app's own address. */
    private static void behindASite(int port) throws IOException, Refused {
        var server = new Upstream.Tcp("127.0.0.1", port);
        var site = new Site(List.of(server), "", null, 0, null, Settings.standard());
        try (var open = SiteServer.open(
                site, Path.of(System.getProperty("java.io.tmpdir")), LogPlaces.none(), _ -> {}, _ -> {})) {
            get(URI.create(open.url()).getPort(), 200);
        }
    }

    private static StartRequest request(Path app, int port, Map<String, String> environment) {
        return new StartRequest(
                null,
                app.toString(),
                null,
                null,
                port,
                null,
                List.of(),
                1,
                2,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                Map.of(),
                environment);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Sends the same small request again and again on one connection, and reads until it has seen each answer's end. */
    private static void get(int port, int times) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            var request = "GET /training HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
            var buffer = new byte[16 * 1024];
            for (int i = 0; i < times; i++) {
                socket.getOutputStream().write(request);
                boolean ended = false;
                while (!ended) {
                    int read = socket.getInputStream().read(buffer);
                    if (read < 0) {
                        return;
                    }
                    // The last chunk of a chunked answer, or whatever came of one with a length: good enough to go on.
                    var text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                    ended = text.endsWith("\r\n0\r\n\r\n") || text.contains("Content-Length");
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
