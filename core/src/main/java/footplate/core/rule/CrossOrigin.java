package footplate.core.rule;

import footplate.core.config.routes.Rules;
import footplate.core.http.FieldValues;
import footplate.core.http.HeaderEdit;
import footplate.core.http.Method;
import footplate.core.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests from pages of other origins (Fetch §3.2). Who asks beforehand (a preflight) is answered here; other answers get the fields that
 * let the page see them, in place of any that the app set. Immutable.
 */
final class CrossOrigin {
    private static final List<String> OURS =
            List.of("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers");

    private static final String ANY = "*";

    private final Rules.Cors rule;
    private final boolean anyOrigin;
    private final HeaderEdit forAll;
    private final HeaderEdit forNobody;

    CrossOrigin(Rules.Cors rule) {
        this.rule = rule;
        this.anyOrigin = rule.origins().contains(ANY);
        this.forAll = anyOrigin ? HeaderEdit.of(OURS, lines(ANY), null) : HeaderEdit.NONE;
        this.forNobody = HeaderEdit.of(OURS, "Vary: Origin\r\n", null);
    }

    private String lines(String origin) {
        return "Access-Control-Allow-Origin: " + origin + "\r\n"
                + (rule.credentials() ? "Access-Control-Allow-Credentials: true\r\n" : "")
                + (rule.expose().isEmpty()
                        ? ""
                        : "Access-Control-Expose-Headers: " + String.join(", ", rule.expose()) + "\r\n");
    }

    /** Whether a browser asks what it may (Fetch: CORS-preflight request). */
    static boolean isPreflight(RequestHead head) {
        return head.method() == Method.OPTIONS
                && FieldValues.only(head, "Origin") != null
                && FieldValues.only(head, "Access-Control-Request-Method") != null;
    }

    /** The field lines of the answer to a preflight; one that may not is not told why, and its browser stops there. */
    String preflight(RequestHead head) {
        var origin = FieldValues.only(head, "Origin");
        var vary = "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n";
        if (origin == null || !admits(origin)) {
            return vary;
        }
        var lines = new StringBuilder("Access-Control-Allow-Origin: ").append(anyOrigin ? ANY : origin);
        lines.append("\r\n");
        if (rule.credentials()) {
            lines.append("Access-Control-Allow-Credentials: true\r\n");
        }
        lines.append("Access-Control-Allow-Methods: ").append(String.join(", ", rule.methods()));
        lines.append("\r\n");
        var headers = headers(head);
        if (!headers.isEmpty()) {
            lines.append("Access-Control-Allow-Headers: ").append(headers).append("\r\n");
        }
        lines.append("Access-Control-Max-Age: ").append(rule.maxAge().toSeconds());
        return lines.append("\r\n").append(vary).toString();
    }

    private String headers(RequestHead head) {
        if (!rule.headers().contains(ANY)) {
            return String.join(", ", rule.headers());
        }
        // With credentials a star means a field of that name (Fetch §3.2.5): what was asked for is said again.
        var asked = rule.credentials() ? FieldValues.only(head, "Access-Control-Request-Headers") : ANY;
        return asked == null ? "" : asked;
    }

    private boolean admits(String origin) {
        return anyOrigin || rule.origins().stream().anyMatch(origin::equalsIgnoreCase);
    }

    /** The change to any other answer. */
    HeaderEdit edit(RequestHead head) {
        if (anyOrigin) {
            return forAll;
        }
        var origin = FieldValues.only(head, "Origin");
        return origin == null || !admits(origin)
                ? forNobody
                : HeaderEdit.of(OURS, lines(origin) + "Vary: Origin\r\n", null);
    }

    @Override
    public String toString() {
        return "cross-origin for " + rule.origins();
    }

    static @Nullable CrossOrigin of(Rules.@Nullable Cors rule) {
        return rule == null ? null : new CrossOrigin(rule);
    }
}
