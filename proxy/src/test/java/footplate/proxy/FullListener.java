package footplate.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;

/** A TCP port on which somebody listens and accepts nothing, with as many connections waiting as the kernel lets wait: no further one comes about. */
final class FullListener implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    private final ArrayDeque<Socket> waiting = new ArrayDeque<>();

    FullListener() throws IOException {
        try {
            while (true) {
                var one = new Socket();
                waiting.add(one);
                one.connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), 200);
            }
        } catch (SocketTimeoutException full) {
            waiting.removeLast().close();
        }
    }

    /** As routing tables name it. */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (var one : waiting) {
            one.close();
        }
        listener.close();
    }
}
