package footplate.proxy.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import footplate.core.supervise.StartFailure;
import footplate.core.unit.Durations;

/** Our own answers: small HTML for browsers, plain text for others. They refer to nothing outside themselves. */
public final class Pages {
    private static final String STYLE =
            "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46em;margin:3em auto;padding:0 1em;color:#222}"
                    + "h1{font-size:1.4em}pre{background:#f4f4f4;padding:1em;overflow:auto}td{padding:.1em 1em .1em 0}"
                    + ".failed{color:#b00020}.notreached{color:#888}"
                    + "@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}pre{background:#262626}}</style>";

    private static final String ALL_METHODS = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";

    private Pages() {}

    /**
     * An error with one sentence about it.
     *
     * @param html whether the client is likely a browser
     */
    public static Page error(int status, String what, boolean html) {
        return error(status, what, html, 0);
    }

    /** An error that will pass. */
    public static Page error(int status, String what, boolean html, int retryAfterSeconds) {
        var reason = reason(status);
        var body = html
                ? document(status + " " + reason, "<h1>" + status + " " + reason + "</h1><p>" + escape(what) + "</p>")
                : status + " " + reason + ": " + what + "\n";
        return new Page(
                status, reason, html, body.getBytes(UTF_8), retryAfterSeconds, status == 405 ? ALL_METHODS : "", false);
    }

    /** A method that no file takes. */
    public static Page onlyRead(boolean html) {
        var page = error(405, "There are only files here.", html);
        return new Page(page.status(), page.reason(), html, page.body(), 0, "GET, HEAD", false);
    }

    /** Where a client finds what it has asked for (RFC 9110 §15.4). */
    public static Page moved(int status, String location, boolean html) {
        var reason = reason(status);
        var body = html
                ? document(reason, "<h1>" + reason + "</h1><p><a href=\"" + escape(location) + "\">Here.</a></p>")
                : reason + ": " + location + "\n";
        return new Page(status, reason, html, body.getBytes(UTF_8), 0, "", false);
    }

    /**
     * An operator's page that takes the place of one of ours.
     *
     * @param file as it is in the file
     */
    public static Page instead(Page page, boolean html, byte[] file) {
        return new Page(page.status(), page.reason(), html, file, page.retryAfterSeconds(), page.allow(), true);
    }

    /** What an OPTIONS gets that goes no further (RFC 9110 §7.6.2). */
    public static Page options(boolean html) {
        var page = error(200, "This is the proxy in front of the app.", html);
        return new Page(page.status(), page.reason(), html, page.body(), 0, ALL_METHODS, false);
    }

    /** An app that its operator has stopped. */
    public static Page stopped(boolean html) {
        return error(503, "This app is stopped.", html);
    }

    /** An app that could not be started, for people who may not know more than that. */
    public static Page unavailable(StartFailure failure, boolean html) {
        return error(503, "The app could not be started. Error id: " + failure.id(), html);
    }

    /** An app that could not be started, for the people who develop it: the whole way of its start. */
    public static Page journey(StartFailure failure, boolean html) {
        return new Page(
                503,
                reason(503),
                html,
                (html ? journeyHtml(failure) : journeyText(failure)).getBytes(UTF_8),
                0,
                "",
                true);
    }

    private static String journeyHtml(StartFailure failure) {
        var journey = failure.journey();
        var page =
                new StringBuilder("<h1>").append(escape(failure.app().value())).append(" could not be started</h1>");
        page.append("<p class=failed>").append(escape(journey.problem())).append("</p>");
        if (!journey.cure().isEmpty()) {
            page.append("<h2>What to do</h2><p>").append(escape(journey.cure())).append("</p>");
        }
        page.append("<h2>Its way</h2><table>");
        for (var step : journey.steps()) {
            var outcome = switch (step.outcome()) {
                case DONE -> "done";
                case FAILED -> "failed";
                case NOT_REACHED -> "not reached";
            };
            page.append("<tr class=")
                    .append(outcome.replace(" ", ""))
                    .append("><td>")
                    .append(escape(step.name()));
            page.append("</td><td>").append(outcome).append("</td><td>").append(escape(Durations.print(step.took())));
            page.append("</td></tr>");
        }
        page.append("</table><h2>Its last output</h2><pre>");
        for (var line : journey.lastOutput()) {
            page.append(escape(line)).append('\n');
        }
        page.append("</pre><p>Instance ").append(failure.instance()).append(", ");
        page.append(escape(failure.exit().describe())).append(", ").append(failure.at());
        page.append(". Error id: ").append(escape(failure.id())).append("</p>");
        return document(failure.app().value() + " could not be started", page.toString());
    }

    private static String journeyText(StartFailure failure) {
        var journey = failure.journey();
        var text = new StringBuilder(failure.app().value()).append(" could not be started: ");
        text.append(journey.problem()).append('\n');
        if (!journey.cure().isEmpty()) {
            text.append(journey.cure()).append('\n');
        }
        text.append('\n');
        for (var step : journey.steps()) {
            text.append("  ")
                    .append(step.outcome())
                    .append("  ")
                    .append(step.name())
                    .append("  ");
            text.append(Durations.print(step.took())).append('\n');
        }
        text.append('\n');
        for (var line : journey.lastOutput()) {
            text.append("  ").append(line).append('\n');
        }
        return text.append("\nInstance ")
                .append(failure.instance())
                .append(", ")
                .append(failure.exit().describe())
                .append(", ")
                .append(failure.at())
                .append(". Error id: ")
                .append(failure.id())
                .append('\n')
                .toString();
    }

    private static String document(String title, String body) {
        return "<!doctype html><html lang=en><head><meta charset=utf-8><title>" + escape(title) + "</title>" + STYLE
                + "</head><body>" + body + "</body></html>\n";
    }

    static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c < 0x20 && c != '\t' && c != '\n' ? '\uFFFD' : c);
            }
        }
        return escaped.toString();
    }

    /** Reason phrases (RFC 9110 §15, RFC 6585). */
    public static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 417 -> "Expectation Failed";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "Error";
        };
    }
}
