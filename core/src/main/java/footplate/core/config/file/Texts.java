package footplate.core.config.file;

import footplate.core.config.Problem;
import footplate.core.config.Upstream;
import footplate.core.config.form.Syntax;
import footplate.core.config.form.Wrong;
import footplate.core.config.routes.HostMatch;
import footplate.core.config.routes.Network;
import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Rate;
import footplate.core.config.servers.Group.Statuses;
import footplate.core.name.AppName;
import footplate.core.name.HostName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every kind of text that the file knows. */
final class Texts {
    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}";
    private static final int MOST_INSTANCES = 10_000;

    static final Syntax LISTEN = Syntax.of("address", ":80", Listen::problem);
    static final Syntax FOLDER = Syntax.of("path", "./shop", Texts::path);
    static final Syntax FILE = Syntax.of("path", "/etc/ssl/shop.pem", Texts::path);
    static final Syntax COMMAND = Syntax.of("command line", "node server.js", Texts::line);
    static final Syntax HOST = Syntax.of("host", "shop.example", HostMatch::problem);
    static final Syntax PATH = Syntax.of("path of requests", "/api/*", PathMatch::problem);
    static final Syntax PLAIN_PATH = Syntax.of("path", "/up", Texts::plainPath);
    static final Syntax SERVER = Syntax.of("address of a server", "10.0.0.5:8080", Texts::server);
    static final Syntax DNS_NAME = Syntax.of("name", "api.internal", Texts::dnsName);
    static final Syntax SERVICE = Syntax.of(
            "service",
            "_http._tcp",
            text -> text.matches("_[a-z0-9-]{1,15}\\._(tcp|udp)")
                    ? null
                    : new Wrong("it is no service of SRV records (RFC 2782)", "Write it as _http._tcp."));
    static final Syntax NETWORK = Syntax.of(
            "network",
            "10.0.0.0/8",
            text -> Network.parse(text) == null
                    ? new Wrong("it is no address or network", "Write 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32.")
                    : null);
    static final Syntax ACCESS = Syntax.of(
            "network or all",
            "10.0.0.0/8",
            text -> text.equals("all") || Network.parse(text) != null
                    ? null
                    : new Wrong("it is no address or network", "Write 10.0.0.5, 10.0.0.0/8, 2001:db8::/32 or all."));
    static final Syntax RATE = Syntax.of(
            "rate",
            "10/s",
            text -> Rate.parse(text) == null ? new Wrong("it is no rate", "Write 10/s, 100/m or 1000/h.") : null);
    static final Syntax HEADER = Syntax.of(
            "name of a header",
            "X-Request-Id",
            text -> text.matches(TOKEN)
                    ? null
                    : new Wrong("it is no name of a header (RFC 9110 §5.1)", "Write letters, digits and dashes."));
    static final Syntax METHOD = Syntax.of(
            "method",
            "GET",
            text -> text.matches("[A-Z][A-Z-]{0,31}")
                    ? null
                    : new Wrong("methods are in capitals", "Write GET, POST, PUT, DELETE or another."));
    static final Syntax MATCH = Syntax.of("text, ~EXPRESSION or *", "beta", Texts::match);
    static final Syntax BY = Syntax.of(
            "address, route or header:NAME",
            "address",
            text -> text.equals("address") || text.equals("route") || text.matches("header:" + TOKEN)
                    ? null
                    : new Wrong("nothing is counted by that", "Write address, route or header:NAME."));
    static final Syntax TARGET = Syntax.template("app, upstream, address or URL", "shop", Texts::target);
    static final Syntax TEMPLATE = Syntax.template("text with ${…}", "https://${host}${uri}", Texts::template);
    static final Syntax INSTANCES = Syntax.of("N, N..N or max", "2..4", Texts::instances);
    static final Syntax APP = Syntax.of("name", "shop", text -> named(AppName.problemWith(text)));
    static final Syntax GROUP = Syntax.of("name", "legacy", text -> named(AppName.problemWith(text)));
    static final Syntax VARIABLE = Syntax.of(
            "variable",
            "NODE_ENV",
            text -> text.matches("[A-Za-z_][A-Za-z0-9_]*")
                    ? null
                    : new Wrong("a variable has letters, digits and underscores", "Write it as NODE_ENV."));
    static final Syntax STATUSES = Syntax.of("status or range", "200-399", Texts::statuses);
    static final Syntax COOKIE = Syntax.of(
            "name of a cookie",
            "footplate",
            text -> text.matches(TOKEN) ? null : new Wrong("it is no name of a cookie", "Write letters and digits."));
    static final Syntax ORIGIN = Syntax.of(
            "origin or *",
            "https://shop.example",
            text -> text.equals("*") || text.matches("[a-z][a-z0-9+.-]*://[^/ ]+")
                    ? null
                    : new Wrong(
                            "it is no origin", "Write a scheme and a host without a path, as https://shop.example."));
    static final Syntax PROXY_PROTOCOL = Syntax.of(
            "off, v1 or v2",
            "v2",
            text -> List.of("off", "v1", "v2").contains(text)
                    ? null
                    : new Wrong("it is no version of the PROXY protocol", "Write off, v1 or v2."));

    private Texts() {}

    private static @Nullable Wrong named(String wrong) {
        return wrong.isEmpty() ? null : new Wrong(wrong, "Choose a name such as 'shop' or 'shop-2'.");
    }

    private static @Nullable Wrong path(String text) {
        return text.indexOf('\0') < 0 && text.indexOf('\n') < 0
                ? null
                : new Wrong("it is no path", "Write a path, from this file's folder or from the root.");
    }

    private static @Nullable Wrong line(String text) {
        return text.isBlank() || text.indexOf('\0') >= 0
                ? new Wrong("it is no command line", "Write it as in a shell, as 'node server.js'.")
                : null;
    }

    private static @Nullable Wrong plainPath(String text) {
        return text.startsWith("/") && text.chars().allMatch(c -> c > ' ' && c < 127 && c != '#')
                ? null
                : new Wrong("it is no path that can be asked for", "Begin with a slash, as /up.");
    }

    private static @Nullable Wrong server(String text) {
        var problems = new ArrayList<Problem>();
        if (Upstream.read(text, problems) != null) {
            return null;
        }
        var first = problems.getFirst();
        return new Wrong(first.what(), first.mend());
    }

    private static @Nullable Wrong dnsName(String text) {
        try {
            return new HostName(text).value().isEmpty() ? new Wrong("it is empty", "Write a name.") : null;
        } catch (IllegalArgumentException none) {
            return new Wrong(
                    "it is no name that can be looked up",
                    text.matches(".*:[0-9]+")
                            ? "Write the name alone, and the port as 'port'."
                            : "Write letters, digits and dashes, joined by dots.");
        }
    }

    private static @Nullable Wrong match(String text) {
        return text.startsWith("~") ? HostMatch.problem(text) : null;
    }

    /** Whether such a name is there is known when the whole file is read. */
    private static @Nullable Wrong target(String text) {
        if (text.startsWith("https://")) {
            return new Wrong("servers are not reached over TLS yet", "Write http://.");
        }
        var plain = text.indexOf('$') < 0 ? text : text.replaceAll("\\$\\{[A-Za-z0-9_]*}", "x");
        boolean address = plain.contains("://") || plain.indexOf(':') >= 0 || plain.indexOf('/') >= 0;
        if (address && plain.matches("http://x(:[0-9]*x?[0-9]*)?/?")) {
            return null;
        }
        return address ? server(plain.replaceFirst(":x$", ":80")) : null;
    }

    private static @Nullable Wrong template(String text) {
        return text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)
                ? new Wrong("it has more than one line, or a control character", "Write it in one line.")
                : null;
    }

    private static @Nullable Wrong instances(String text) {
        if (text.equals("max") || text.matches("0|[1-9][0-9]{0,4}(\\.\\.[1-9][0-9]{0,4})?|0\\.\\.[1-9][0-9]{0,4}")) {
            var read = instancesOf(text);
            return read == null
                    ? new Wrong(
                            "it is not from the fewest to the most, of 1 to " + MOST_INSTANCES + " processes",
                            "Write the fewest first, as 2..4.")
                    : null;
        }
        return new Wrong(
                "it is no number of processes",
                "Write a number, the fewest and the most as 2..4, or max for one a core.");
    }

    /** Null if it is none. */
    static App.@Nullable Instances instancesOf(String text) {
        if (text.equals("max")) {
            return new App.EachCore();
        }
        int dots = text.indexOf("..");
        int least = Integer.parseInt(dots < 0 ? text : text.substring(0, dots));
        int most = dots < 0 ? least : Integer.parseInt(text.substring(dots + 2));
        return most < 1 || least > most || most > MOST_INSTANCES ? null : new App.Between(least, most);
    }

    private static @Nullable Wrong statuses(String text) {
        return statusesOf(text) == null
                ? new Wrong("it is no status and no range of them", "Write 200, 200-399 or [200, 204].")
                : null;
    }

    /** Null if it is none. */
    static @Nullable Statuses statusesOf(String text) {
        if (!text.matches("[1-5][0-9]{2}(-[1-5][0-9]{2})?")) {
            return null;
        }
        int from = Integer.parseInt(text.substring(0, 3));
        int to = text.length() > 3 ? Integer.parseInt(text.substring(4)) : from;
        return from > to ? null : new Statuses(from, to);
    }
}
