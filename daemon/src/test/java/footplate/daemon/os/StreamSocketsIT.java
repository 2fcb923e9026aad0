package footplate.daemon.os;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Entry;
import footplate.core.config.Entry.Binding;
import footplate.core.config.file.Stream.Protocol;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.Gate;
import footplate.core.route.LiveTable;
import footplate.core.route.PoolSignals;
import footplate.core.route.Routing;
import footplate.core.route.RoutingTable;
import footplate.core.route.StreamBinding;
import footplate.core.route.StreamRoute;
import footplate.core.route.Target;
import footplate.proxy.Proxy;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sockets of streams go from one daemon to the next, of TCP and UDP on the same port. */
@Timeout(60)
class StreamSocketsIT {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    Path folder;

    /** Both protocols of a port lead to {@code server}. */
    private Proxy proxy(int port, String server, boolean takes) {
        var table = new LiveTable();
        var proxy = Proxy.start(ProxySettings.usual(folder.resolve("bodies"), _ -> {}), table, takes);
        var name = new AppName("rest");
        var settings = ProxySettings.usual(folder, _ -> {}).settings();
        var pool = new AppRoute(
                name,
                new Entry("127.0.0.1", 1, List.of()),
                List.of(Target.server(0, server, new Load(0, false, System.nanoTime()))),
                new Availability.Serving(),
                new Gate(name, PoolSignals.NONE, System.nanoTime()),
                new AppRoute.Terms(true, false, 1, Duration.ofSeconds(10), false, "", settings));
        var route = new StreamRoute(name, Map.of(), Duration.ofMinutes(1), 0);
        var routing = Routing.NONE.with(Map.of(binding(port, Protocol.TCP), route, binding(port, Protocol.UDP), route));
        table.publish(
                new RoutingTable(List.of(), List.of(), Set.of(), routing, List.of(pool), null), System.nanoTime());
        return proxy;
    }

    private static StreamBinding binding(int port, Protocol protocol) {
        return new StreamBinding(new Binding("127.0.0.1", port), protocol);
    }

    @Test
    void theNextOneServesBothOnTheSamePort() throws Exception {
        int port;
        try (var free = new DatagramSocket(new InetSocketAddress(HERE, 0))) {
            port = free.getLocalPort();
        }
        try (var box = DescriptorPost.box(folder.resolve("box"));
                var server = ScriptedUpstream.tcp((wire, _, _) -> wire.send(wire.read(4)));
                var datagrams = new DatagramSocket(new InetSocketAddress(
                        HERE, Integer.parseInt(server.address().split(":", 2)[1])));
                var client = new DatagramSocket(new InetSocketAddress(HERE, 0))) {
            client.setSoTimeout(10_000);
            datagrams.setSoTimeout(10_000);
            var old = proxy(port, server.address(), false);
            old.listen(binding(port, Protocol.TCP));
            old.listen(binding(port, Protocol.UDP));
            DescriptorPost.send(
                    folder.resolve("box").toString(),
                    "",
                    List.copyOf(old.streamDescriptors().values()));
            var sockets = ListeningSockets.of(box.take().descriptors());
            assertThat(sockets.count()).isEqualTo(2);

            var next = proxy(port, server.address(), true);
            next.listen(binding(port, Protocol.UDP), sockets.takeDatagrams("127.0.0.1", port));
            next.listen(binding(port, Protocol.TCP), sockets.take("127.0.0.1", port));
            assertThat(sockets.count()).isZero();
            old.part();
            old.close(Duration.ZERO);
            try (var wire = Wire.connect(port)) {
                assertThat(wire.send("tcp!").read(4)).isEqualTo("tcp!");
            }
            client.send(new DatagramPacket("udp!".getBytes(UTF_8), 4, HERE, port));
            var heard = new DatagramPacket(new byte[10], 10);
            datagrams.receive(heard);
            datagrams.send(new DatagramPacket(heard.getData(), heard.getLength(), heard.getSocketAddress()));
            var answer = new DatagramPacket(new byte[10], 10);
            client.receive(answer);
            assertThat(new String(answer.getData(), 0, answer.getLength(), UTF_8))
                    .isEqualTo("udp!");
            assertThat(answer.getPort()).isEqualTo(port);
            next.close(Duration.ZERO);
        }
    }
}
