package footplate.proxy.flow;

import footplate.core.match.RequestVariables;
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
    }

    @Override
    public String scheme() {
        return "http";
    }

    @Override
    public int port() {
        return client.channel().localAddress() instanceof InetSocketAddress local ? local.getPort() : 0;
    }

    @Override
    public String clientAddress() {
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
