package footplate.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Real TLS servers by the JDK, and a client that trusts their certificate alone. */
final class TlsServer {
    private final SSLContext context;

    private TlsServer(SSLContext context) {
        this.context = context;
    }

    /** With a key pair of its own. */
    static TlsServer keys(Path folder) throws Exception {
        var file = folder.resolve("keys");
        var made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-storepass",
                        "secret",
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(made.getInputStream().readAllBytes(), UTF_8);
        if (made.waitFor() != 0) {
            throw new IOException(said);
        }
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, "secret".toCharArray());
        }
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, "secret".toCharArray());
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return new TlsServer(context);
    }

    /** One that serves. */
    record Serving(SSLServerSocket socket) implements AutoCloseable {
        String address() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Tells each client its name, and the one that the client asked for. */
    Serving serve(String name) throws IOException {
        var socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    try (var client = (SSLSocket) socket.accept()) {
                        client.startHandshake();
                        var asked = ((ExtendedSSLSession) client.getSession()).getRequestedServerNames();
                        var host = ((SNIHostName) asked.getFirst()).getAsciiName();
                        client.getOutputStream().write((name + " for " + host).getBytes(UTF_8));
                    }
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        return new Serving(socket);
    }

    /** What a server says to a client that asks for {@code host} at a port of this machine. */
    String ask(int port, String host) throws IOException {
        var plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        try (var client = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
            var parameters = client.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            client.setSSLParameters(parameters);
            client.setSoTimeout(20_000);
            client.startHandshake();
            return new String(client.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
