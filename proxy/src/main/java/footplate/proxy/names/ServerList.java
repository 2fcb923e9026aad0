package footplate.proxy.names;

import footplate.core.discover.NameServers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Name servers that are asked one after the other, the one that told last time first. On the loop of names. */
final class ServerList {
    private final List<InetSocketAddress> all;
    private int preferred;

    private ServerList(List<InetSocketAddress> all) {
        this.all = List.copyOf(all);
    }

    /** Those of {@code texts} that are numeric addresses; whoever writes a name here would need one to find it. */
    static ServerList of(List<String> texts) {
        var all = new ArrayList<InetSocketAddress>();
        for (var text : texts) {
            int port = NameServers.port(text);
            try {
                if (port > 0) {
                    all.add(new InetSocketAddress(InetAddress.ofLiteral(NameServers.host(text)), port));
                }
            } catch (IllegalArgumentException none) {
                // The others are asked.
            }
        }
        return new ServerList(all);
    }

    List<InetSocketAddress> all() {
        return all;
    }

    int preferred() {
        return preferred;
    }

    void prefer(int server) {
        preferred = server;
    }
}
