package footplate.core.rule;

import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Template;
import footplate.core.match.Phrase;
import footplate.core.match.Variables;
import java.time.Duration;
import java.util.List;

/** The server that decides whether a request may pass (nginx: auth_request). Immutable. */
public final class AuthServer {
    private static final String SCHEME = "http://";

    private final String authority;
    private final Phrase target;
    private final List<String> copied;
    private final Duration timeout;

    AuthServer(Rules.ForwardAuth rule) {
        var text = rule.to().text();
        var rest = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
            end++;
        }
        this.authority = rest.substring(0, end);
        var path = rest.substring(end);
        this.target = Phrase.of(Template.of(path.startsWith("/") ? path : "/" + path), Phrase.Use.TARGET);
        this.copied = rule.copyHeaders();
        this.timeout = rule.timeout();
    }

    /** Host and port as they were written. */
    public String authority() {
        return authority;
    }

    /** {@code host:port}, with the usual port where none was written. */
    public String address() {
        return authority.matches(".*:[0-9]+") ? authority : authority + ":80";
    }

    /** Path and query to ask. */
    public String target(Variables variables) {
        return target.render(variables);
    }

    /** Names of the fields of its answer that go on with the request. */
    public List<String> copied() {
        return copied;
    }

    /**
     * Names of the fields that only its answer may set: a client's are left out of the question. What a client shows who it is by is asked about all the
     * same.
     */
    public List<String> withheld() {
        return copied.stream()
                .filter(name -> !name.equalsIgnoreCase("Authorization") && !name.equalsIgnoreCase("Cookie"))
                .toList();
    }

    /** Longest time of asking. */
    public Duration timeout() {
        return timeout;
    }
}
