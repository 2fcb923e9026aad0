package footplate.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.file.Stream.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Datagrams that are passed on as they are. */
@Timeout(60)
class UdpStreamIT {
    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration LONG = Duration.ofSeconds(20);

    /** Answers each datagram with its name and the datagram; knows whom it has heard. */
    private static final class Echo implements AutoCloseable {
        final DatagramSocket socket = new DatagramSocket(new InetSocketAddress(HERE, 0));
        final Set<Integer> heard = ConcurrentHashMap.newKeySet();

        Echo(String name) throws IOException {
            socket.setReceiveBufferSize(1 << 20);
            Thread.ofPlatform().daemon().start(() -> {
                var packet = new DatagramPacket(new byte[65_535], 65_535);
                try {
                    while (true) {
                        packet.setLength(65_535);
                        socket.receive(packet);
                        heard.add(packet.getPort());
                        var answer = new byte[name.length() + packet.getLength()];
                        System.arraycopy(name.getBytes(UTF_8), 0, answer, 0, name.length());
                        System.arraycopy(packet.getData(), 0, answer, name.length(), packet.getLength());
                        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                    }
                } catch (IOException closed) {
                    // The test is over.
                }
            });
        }

        String address() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static DatagramSocket client() throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(HERE, 0));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(DatagramSocket client, int port, byte[] bytes) throws IOException {
        client.send(new DatagramPacket(bytes, bytes.length, HERE, port));
    }

    private static byte[] receive(DatagramSocket client) throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        client.receive(packet);
        return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static String ask(DatagramSocket client, int port, String text) throws IOException {
        send(client, port, text.getBytes(UTF_8));
        return new String(receive(client), UTF_8);
    }

    @Test
    void twoHundredClientsHaveAServerEach() throws Exception {
        try (var one = new Echo("1");
                var two = new Echo("2");
                var bench = new StreamBench(Protocol.UDP)) {
            bench.add(one.address());
            bench.add(two.address());
            var clients = new ArrayList<DatagramSocket>();
            for (int i = 0; i < 200; i++) {
                var client = client();
                clients.add(client);
                var first = ask(client, bench.port, "a" + i);
                assertThat(first.substring(1)).isEqualTo("a" + i);
                for (int again = 0; again < 5; again++) {
                    assertThat(ask(client, bench.port, "b" + again)).isEqualTo(first.charAt(0) + "b" + again);
                }
            }
            // All of one client's come from one port, and each client's from another.
            assertThat(one.heard.size() + two.heard.size()).isEqualTo(200);
            assertThat(one.heard).hasSize(100);
            assertThat(bench.counts().open()).isEqualTo(200);
            clients.forEach(DatagramSocket::close);
        }
    }

    @Test
    void datagramsOfAnySizePassWhole() throws Exception {
        try (var echo = new Echo("");
                var bench = new StreamBench(Protocol.UDP);
                var client = client()) {
            bench.add(echo.address());
            for (int size : new int[] {1, 1_472, 9_000, 60_000}) {
                var bytes = new byte[size];
                new Random(size).nextBytes(bytes);
                send(client, bench.port, bytes);
                assertThat(receive(client)).isEqualTo(bytes);
            }
        }
    }

    @Test
    void aClientOfWhomNothingComesIsForgotten() throws Exception {
        try (var echo = new Echo("");
                var bench = new StreamBench(Protocol.UDP);
                var client = client()) {
            bench.idle = Duration.ofMillis(100);
            var target = bench.add(echo.address());
            assertThat(ask(client, bench.port, "a")).isEqualTo("a");
            assertThat(target.load().underWay()).isEqualTo(1);
            await().atMost(LONG).until(() -> bench.counts().open() == 0);
            assertThat(target.load().underWay()).isZero();
            assertThat(ask(client, bench.port, "b")).isEqualTo("b");
            assertThat(new HashSet<>(echo.heard)).hasSize(2);
        }
    }

    @Test
    void whereNobodyListensTheNextDatagramGoesToAnotherServer() throws Exception {
        String dead;
        try (var closed = client()) {
            dead = "127.0.0.1:" + closed.getLocalPort();
        }
        try (var echo = new Echo("");
                var bench = new StreamBench(Protocol.UDP);
                var client = client()) {
            bench.add(dead);
            bench.add(echo.address());
            client.setSoTimeout(50);
            await().atMost(LONG).pollInterval(Duration.ofMillis(10)).until(() -> {
                try {
                    return ask(client, bench.port, "a").equals("a");
                } catch (SocketTimeoutException lost) {
                    return false;
                }
            });
        }
    }

    @Test
    void aServerThatLeavesKeepsItsClients() throws Exception {
        try (var one = new Echo("1");
                var two = new Echo("2");
                var bench = new StreamBench(Protocol.UDP);
                var client = client();
                var late = client()) {
            var leaves = bench.add(one.address());
            bench.add(two.address());
            assertThat(ask(client, bench.port, "a")).isEqualTo("1a");
            bench.remove(leaves);
            assertThat(ask(client, bench.port, "a")).isEqualTo("1a");
            assertThat(ask(late, bench.port, "a")).isEqualTo("2a");
        }
    }

    @Test
    void withoutAServerDatagramsAreDroppedAndCounted() throws Exception {
        try (var bench = new StreamBench(Protocol.UDP);
                var client = client()) {
            send(client, bench.port, new byte[] {1});
            await().atMost(LONG).until(() -> bench.counts().dropped() == 1);
            assertThat(bench.counts().open()).isZero();
        }
    }
}
