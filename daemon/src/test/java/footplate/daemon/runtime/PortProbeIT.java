package footplate.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PortProbeIT {
    @TempDir
    Path folder;

    private final CountDownLatch ready = new CountDownLatch(1);

    @Test
    void aPortIsReadyWhenItAccepts() throws IOException, InterruptedException {
        try (var server = new ServerSocket()) {
            var address = InetAddress.getLoopbackAddress();
            int port = freePort();
            try (var _ = PortProbe.watch(new Place.Loopback(port), ready::countDown)) {
                assertThat(ready.await(150, TimeUnit.MILLISECONDS)).isFalse();
                server.bind(new InetSocketAddress(address, port));
                assertThat(ready.await(5, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void aSocketIsReadyWhenItAccepts() throws IOException, InterruptedException {
        var path = folder.resolve("s");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                var _ = PortProbe.watch(new Place.Socket(path.toString()), ready::countDown)) {
            assertThat(ready.await(100, TimeUnit.MILLISECONDS)).isFalse();
            server.bind(UnixDomainSocketAddress.of(path));
            assertThat(ready.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aProbeThatWasClosedSaysNothing() throws IOException, InterruptedException {
        int port = freePort();
        var probe = PortProbe.watch(new Place.Loopback(port), ready::countDown);
        probe.close();
        probe.close();
        try (var server = new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
            assertThat(ready.await(300, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(server.isBound()).isTrue();
        }
    }

    /** While nobody listens on a port of the ephemeral range, a connection to it may get that very port as its own. */
    @Test
    void aProbeDoesNotTakeItselfForTheApp() throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        try (var alone = SocketChannel.open()) {
            alone.bind(address);
            assertThat(alone.connect(address)).isTrue();
            assertThat(PortProbe.hasMetItself(alone)).isTrue();
        }
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var client = SocketChannel.open(server.getLocalSocketAddress())) {
            assertThat(PortProbe.hasMetItself(client)).isFalse();
        }
    }

    private static int freePort() throws IOException {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }
}
