package footplate.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of 127.0.0.1 that nobody has, of TCP and of UDP, for a program that has to be told its port. Not one of those that the kernel
 * gives to whoever asks for any: one of these may be a client's a moment later. Test processes that run side by side have ports of
 * their own each ({@code footplate.test.fork}, from 1), for what one has found free the other could take before it is used.
 */
public final class FreePort {
    private static final int LEAST = 12_000;

    /** Most test processes side by side. */
    private static final int FORKS = 4;

    private static final int FORK = Integer.getInteger("footplate.test.fork", 1);

    private FreePort() {}

    public static int find() throws IOException {
        int most = firstOfTheKernels();
        for (int tries = 0; tries < most - LEAST; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LEAST, most - FORKS) / FORKS * FORKS + FORK % FORKS;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("no port from " + LEAST + " to " + most + " is free");
    }

    private static int firstOfTheKernels() throws IOException {
        var range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
        return Math.max(LEAST + 1_000, Integer.parseInt(range.strip().split("\\s+", -1)[0]));
    }

    private static boolean isFree(int port) {
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        try (var tcp = new ServerSocket();
                var udp = new DatagramSocket(null)) {
            // Also of connections that ended a moment ago.
            tcp.setReuseAddress(false);
            tcp.bind(address);
            udp.bind(address);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
