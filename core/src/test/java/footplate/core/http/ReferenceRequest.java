package footplate.core.http;

import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A request's head by the letter of RFC 9112 §3 and RFC 9110 §7, read slowly from a text; what {@link RequestHead} and
 * {@link RequestEdit} are compared with.
 *
 * @param host as it was written; empty if there is none
 * @param path path and query; {@code *} for the asterisk form
 */
@SuppressWarnings("JdkObsolete") // hitEnd says exactly what is asked here: whether more text could make it right
public record ReferenceRequest(
        String method, String target, boolean oldVersion, ReferenceFields fields, String host, String path) {
    private static final Pattern LINE =
            Pattern.compile("(" + ReferenceFields.TOKEN + ") ([\\x21\\x22\\x24-\\x7E]+) HTTP/([0-9])\\.([0-9])\\r\\n");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|(?:[0-9A-Za-z._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})+)(?::([0-9]{0,5}))?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?]*)(.*)");

    /**
     * Reads one head from the beginning of {@code text}.
     *
     * @param targetLimit most characters of a target
     */
    public static Verdict<ReferenceRequest> read(String text, int targetLimit) {
        var line = LINE.matcher(text);
        boolean complete = line.lookingAt();
        int space = text.indexOf(' ');
        if (space > 0 && tooLong(text, space + 1, targetLimit)) {
            return new Verdict.Refused<>("target too long");
        }
        if (!complete) {
            return line.hitEnd() ? new Verdict.Incomplete<>() : new Verdict.Refused<>("no request line");
        }
        boolean oldVersion = line.group(4).equals("0");
        if (!line.group(3).equals("1")) {
            return new Verdict.Refused<>("version");
        }
        return switch (ReferenceFields.read(text, line.end())) {
            case Verdict.Incomplete<ReferenceFields> _ -> new Verdict.Incomplete<>();
            case Verdict.Refused<ReferenceFields>(var why) -> new Verdict.Refused<>(why);
            case Verdict.Complete<ReferenceFields>(var fields, int end) ->
                meaning(line.group(1), line.group(2), oldVersion, fields, end);
        };
    }

    private static boolean tooLong(String text, int from, int limit) {
        return text.length() - from > limit
                && text.substring(0, from - 1).matches(ReferenceFields.TOKEN)
                && text.substring(from, from + limit + 1).matches("[\\x21\\x22\\x24-\\x7E]+");
    }

    private static Verdict<ReferenceRequest> meaning(
            String method, String target, boolean oldVersion, ReferenceFields fields, int end) {
        if (Set.of("CONNECT", "TRACE").contains(method)) {
            return new Verdict.Refused<>("method");
        }
        var problem = fields.problem(oldVersion);
        if (!problem.isEmpty()) {
            return new Verdict.Refused<>(problem);
        }
        if (fields.values("expect").stream().anyMatch(value -> !value.equalsIgnoreCase("100-continue"))) {
            return new Verdict.Refused<>("Expect");
        }
        var hosts = fields.values("host");
        if (hosts.size() > 1
                || (hosts.isEmpty() && !oldVersion)
                || !hosts.stream().allMatch(ReferenceRequest::isAuthority)) {
            return new Verdict.Refused<>("Host");
        }
        var host = hosts.isEmpty() ? "" : hosts.getFirst();
        var path = target;
        var absolute = ABSOLUTE.matcher(target);
        if (absolute.matches()) {
            host = absolute.group(1);
            path = absolute.group(2).startsWith("/") ? absolute.group(2) : "/" + absolute.group(2);
            if (!isAuthority(host)) {
                return new Verdict.Refused<>("authority");
            }
        } else if (!target.startsWith("/") && !(target.equals("*") && method.equals("OPTIONS"))) {
            return new Verdict.Refused<>("target");
        }
        var request = new ReferenceRequest(method, target, oldVersion, fields, host, path);
        if (request.webSocket() && (fields.chunked() || fields.contentLength() > 0)) {
            return new Verdict.Refused<>("upgrade with a body");
        }
        return new Verdict.Complete<>(request, end);
    }

    private static boolean isAuthority(String text) {
        var authority = AUTHORITY.matcher(text);
        if (!authority.matches()) {
            return false;
        }
        var port = authority.group(1);
        return port == null || port.isEmpty() || Integer.parseInt(port) <= 65_535;
    }

    public boolean webSocket() {
        return method.equals("GET") && !oldVersion && fields.upgradesToWebSocket();
    }

    public boolean keepAlive() {
        return fields.keepAlive(oldVersion);
    }

    /** Whether it asks about the proxy alone. */
    public boolean endsHere() {
        return maxForwards() == 0;
    }

    /** -1 if none was given. */
    public long contentLength() {
        return fields.contentLength();
    }

    public boolean chunked() {
        return fields.chunked();
    }

    private boolean absolute() {
        return ABSOLUTE.matcher(target).matches();
    }

    /** The number of the last Max-Forwards of an OPTIONS; -1 if there is none, or it is no number. */
    private long maxForwards() {
        var values = fields.values("max-forwards");
        boolean counts = method.equals("OPTIONS")
                && !values.isEmpty()
                && values.getLast().matches("[0-9]+");
        var most = BigInteger.valueOf(1_000_000_000);
        return counts ? new BigInteger(values.getLast()).min(most).longValueExact() : -1;
    }

    /** RFC 9112 §3.2.1, §3.2.4: in origin form, or the asterisk. */
    public String forwardedTarget() {
        boolean asterisk = absolute() && method.equals("OPTIONS") && !target.matches("[^:]+://[^/?]*[/?].*");
        return asterisk ? "*" : path;
    }

    /** The head that the next server has to get. */
    public String forwarded(String client, String scheme, int port, RequestEdit.Choices choices) {
        var out = new StringBuilder(method + " " + forwardedTarget() + " HTTP/1.1\r\n");
        if (absolute()) {
            out.append("Host: ").append(host).append("\r\n");
        }
        long left = maxForwards();
        for (var line : fields.lines()) {
            boolean gone = fields.staysBehindInRequest(line, choices.underscores())
                    || (line.name().equals("host") && absolute())
                    || (line.name().equals("expect") && oldVersion)
                    || (line.name().equals("max-forwards") && left > 0);
            out.append(gone ? "" : line.raw());
        }
        if (left > 0) {
            out.append("Max-Forwards: ").append(left - 1).append("\r\n");
        }
        if (choices.via()) {
            out.append("Via: 1.").append(oldVersion ? 0 : 1).append(" footplate\r\n");
        }
        out.append("X-Forwarded-For: ").append(client).append("\r\n");
        out.append("X-Forwarded-Proto: ").append(scheme).append("\r\n");
        out.append("X-Forwarded-Port: ").append(port).append("\r\n");
        out.append("X-Real-IP: ").append(client).append("\r\n");
        if (choices.forwarded()) {
            out.append("Forwarded: for=").append(client.contains(":") ? "\"[" + client + "]\"" : client);
            out.append(";proto=").append(scheme);
            out.append(host.isEmpty() ? "" : ";host=\"" + host + "\"").append("\r\n");
        }
        out.append(host.isEmpty() ? "Host: localhost\r\n" : "X-Forwarded-Host: " + host + "\r\n");
        out.append(chunked() ? "Transfer-Encoding: chunked\r\n" : "");
        if (webSocket()) {
            out.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
        } else if (trailersWelcome()) {
            out.append("Connection: TE\r\nTE: trailers\r\n");
        }
        return out.append("\r\n").toString();
    }

    private boolean trailersWelcome() {
        var te = fields.values("te");
        return !oldVersion
                && fields.connectionOptions().contains("te")
                && !te.isEmpty()
                && java.util.Arrays.stream(te.getLast().split(",", -1))
                        .anyMatch(member -> member.strip().equalsIgnoreCase("trailers"));
    }
}
