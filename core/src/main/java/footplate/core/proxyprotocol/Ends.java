package footplate.core.proxyprotocol;

import java.util.Arrays;

/** The two ends of a client's connection, both of one family. */
public final class Ends {
    private final byte[] client;
    private final int clientPort;
    private final byte[] server;
    private final int serverPort;

    /**
     * A pair of ends.
     *
     * @param client its IP address, 4 or 16 bytes
     * @param server the address that it connected to, as many bytes
     */
    public Ends(byte[] client, int clientPort, byte[] server, int serverPort) {
        if ((client.length != 4 && client.length != 16) || client.length != server.length) {
            throw new IllegalArgumentException(
                    "ends of %d and %d bytes: both are 4, or both 16".formatted(client.length, server.length));
        }
        if (!isPort(clientPort) || !isPort(serverPort)) {
            throw new IllegalArgumentException("port %d or %d is not in 0..65535".formatted(clientPort, serverPort));
        }
        this.client = client.clone();
        this.clientPort = clientPort;
        this.server = server.clone();
        this.serverPort = serverPort;
    }

    private static boolean isPort(int port) {
        return port >= 0 && port <= 65_535;
    }

    /** The client's IP address, 4 or 16 bytes. */
    public byte[] client() {
        return client.clone();
    }

    public int clientPort() {
        return clientPort;
    }

    /** The address that it connected to. */
    public byte[] server() {
        return server.clone();
    }

    public int serverPort() {
        return serverPort;
    }

    public boolean isSix() {
        return client.length == 16;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ends ends
                && Arrays.equals(client, ends.client)
                && Arrays.equals(server, ends.server)
                && clientPort == ends.clientPort
                && serverPort == ends.serverPort;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(client) + clientPort;
    }

    @Override
    public String toString() {
        return ProxyHeader.text(client) + " " + clientPort + " > " + ProxyHeader.text(server) + " " + serverPort;
    }
}
