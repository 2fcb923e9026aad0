package footplate.core.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which name servers a machine asks: resolv.conf(5), of which only {@code nameserver} is looked at. */
public final class NameServers {
    /** Where name servers listen. */
    public static final int PORT = 53;

    /** More are not looked at. */
    private static final int MOST = 8;

    private NameServers() {}

    /** The addresses that a resolv.conf names; the machine's own where it names none. */
    public static List<String> of(List<String> lines) {
        var servers = new ArrayList<String>();
        for (var line : lines) {
            var words = line.strip().split("[ \t]+", 3);
            if (words.length >= 2 && words[0].toLowerCase(Locale.ROOT).equals("nameserver") && servers.size() < MOST) {
                servers.add(words[1]);
            }
        }
        return servers.isEmpty() ? List.of("127.0.0.1") : servers;
    }

    /** The host of {@code 10.0.0.2}, {@code 10.0.0.2:53}, {@code ::1}, {@code [::1]:53} or {@code localhost:53}. */
    public static String host(String server) {
        if (server.startsWith("[") && server.indexOf(']') > 0) {
            return server.substring(1, server.indexOf(']'));
        }
        int colon = server.indexOf(':');
        var host = colon >= 0 && colon == server.lastIndexOf(':') ? server.substring(0, colon) : server;
        return host.equals("localhost") ? "127.0.0.1" : host;
    }

    /** Its port; {@link #PORT} where none is written, -1 where it is none. */
    public static int port(String server) {
        int bracket = server.indexOf(']');
        int colon = server.lastIndexOf(':');
        boolean written = bracket >= 0 ? colon > bracket : colon >= 0 && colon == server.indexOf(':');
        if (!written) {
            return PORT;
        }
        var digits = server.substring(colon + 1);
        if (!digits.matches("[0-9]{1,5}")) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= 65_535 ? port : -1;
    }
}
