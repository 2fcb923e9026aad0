package footplate.daemon.config;

import footplate.core.config.Entry.Binding;
import footplate.core.config.Problem;
import footplate.core.config.Upstream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** Finds the addresses of servers that we did not start. */
public final class Servers {
    private Servers() {}

    /**
     * The address of each server, in order, none twice. A name is looked up now and not again; each of its addresses is
     * a server of its own.
     *
     * @param ours where we are going to listen
     * @param problems takes what is wrong
     */
    public static List<String> addresses(Collection<Upstream> servers, Binding ours, List<Problem> problems) {
        var addresses = new LinkedHashSet<String>();
        for (var server : servers) {
            switch (server) {
                case Upstream.Unix(var path) -> addresses.add("unix:" + path);
                case Upstream.Tcp tcp -> {
                    for (var address : lookUp(tcp, problems)) {
                        if (isOurs(address, tcp.port(), ours)) {
                            problems.add(new Problem(
                                    "--to " + tcp,
                                    "that is where we are to listen: every request would come back to us",
                                    "Choose another port with --port."));
                        }
                        addresses.add(new Upstream.Tcp(address.getHostAddress(), tcp.port()).toString());
                    }
                }
            }
        }
        return List.copyOf(addresses);
    }

    private static List<InetAddress> lookUp(Upstream.Tcp server, List<Problem> problems) {
        try {
            return List.of(InetAddress.getAllByName(server.host()));
        } catch (UnknownHostException unknown) {
            problems.add(new Problem(
                    "--to " + server,
                    "no address is known for the name '" + server.host() + "'",
                    "Mend the name, or write the server's address ('getent hosts " + server.host()
                            + "' shows what this machine knows)."));
            return List.of();
        }
    }

    private static boolean isOurs(InetAddress address, int port, Binding ours) {
        if (port != ours.port()) {
            return false;
        }
        var listening = InetAddress.ofLiteral(ours.address());
        if (!listening.isAnyLocalAddress()) {
            return address.equals(listening) || (address.isAnyLocalAddress() && listening.isLoopbackAddress());
        }
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }
}
