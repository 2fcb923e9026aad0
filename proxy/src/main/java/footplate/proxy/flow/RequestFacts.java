package footplate.proxy.flow;

import footplate.core.match.RequestVariables;
import footplate.core.rule.ClientAddress;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What templates can name of a request that its head does not say. */
final class RequestFacts implements RequestVariables.Connection {
    private final Client client;
    private @Nullable String requestId;
    private @Nullable ClientAddress real;
    private @Nullable String realScheme;

    RequestFacts(Client client) {
        this.client = client;
    }

    /**
     * Another request begins.
     *
     * @param id what it is logged by; null if it is not
     */
    void begin(@Nullable String id) {
        requestId = id;
        real = null;
        realScheme = null;
    }

    /** Who the client really is, and how it really came, by the word of those who are trusted. */
    void real(ClientAddress client, String scheme) {
        real = client;
        realScheme = scheme;
    }

    /** The client's address, 4 or 16 bytes; none where it has none. */
    byte[] address() {
        // Whoever frees a place may ask, on another thread.
        var known = real;
        return known == null ? client.address() : known.bytes();
    }

    @Override
    public String scheme() {
        return realScheme == null ? "http" : realScheme;
    }

    @Override
    public int port() {
        return client.channel().localAddress() instanceof InetSocketAddress local ? local.getPort() : 0;
    }

    @Override
    public String clientAddress() {
        if (real != null) {
            return real.text();
        }
        var address = client.address();
        if (address.length == 0) {
            return "unix:";
        }
        try {
            return NetUtil.toAddressString(InetAddress.getByAddress(address), true);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException("an address of " + address.length + " bytes", wrongLength);
        }
    }

    @Override
    public String requestId() {
        var id = requestId;
        if (id == null) {
            var random = new byte[16];
            ThreadLocalRandom.current().nextBytes(random);
            id = HexFormat.of().formatHex(random);
            requestId = id;
        }
        return id;
    }
}
