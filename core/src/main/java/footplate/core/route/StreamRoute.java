package footplate.core.route;

import footplate.core.config.routes.HostMatch;
import footplate.core.match.NameExpression;
import footplate.core.name.AppName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the connections, or the datagrams, of a stream go. Immutable. */
public final class StreamRoute {
    private final @Nullable AppName to;
    private final boolean byName;
    private final Map<String, AppName> exact = new HashMap<>();
    private final List<Named> endings = new ArrayList<>();
    private final List<Named> beginnings = new ArrayList<>();
    private final List<Expressed> expressions = new ArrayList<>();
    private final Duration idle;
    private final int proxyProtocol;

    /**
     * One name of a TLS client, and the pool for it.
     *
     * @param text of a wildcard without its star
     */
    private record Named(String text, AppName pool) {}

    private record Expressed(NameExpression expression, AppName pool) {}

    /**
     * A stream's route.
     *
     * @param to for who names no server, or none that is in {@code sni}; null: such a connection is closed
     * @param sni pools by the server name that a TLS client asks for
     * @param idle after so long without a byte it is closed
     * @param proxyProtocol the version of PROXY protocol written ahead; 0: what the servers' upstream says
     */
    public StreamRoute(@Nullable AppName to, Map<HostMatch, AppName> sni, Duration idle, int proxyProtocol) {
        this.to = to;
        this.byName = !sni.isEmpty();
        this.idle = idle;
        this.proxyProtocol = proxyProtocol;
        sni.forEach((match, pool) -> {
            switch (match) {
                case HostMatch.Exact(var text) -> exact.put(text, pool);
                case HostMatch.Ending(var text) -> endings.add(new Named(text.substring(1), pool));
                case HostMatch.Beginning(var text) ->
                    beginnings.add(new Named(text.substring(0, text.length() - 1), pool));
                case HostMatch.Expression(var text) ->
                    expressions.add(new Expressed(new NameExpression(text.substring(1)), pool));
            }
        });
        var longest = Comparator.comparingInt((Named named) -> -named.text().length());
        endings.sort(longest);
        beginnings.sort(longest);
    }

    /** Whether it is to be read which server a TLS client asks for. */
    public boolean byName() {
        return byName;
    }

    /**
     * The pool for a client: the name itself, the longest {@code *.name}, the longest {@code name.*}, the first expression that fits
     * (nginx: map with {@code hostnames}), and else the one for everybody.
     *
     * @param name in lower case; null if it names none
     * @return null if its connection is to be closed
     */
    public @Nullable AppName pool(@Nullable String name) {
        if (name == null) {
            return to;
        }
        var named = exact.get(name);
        if (named != null) {
            return named;
        }
        for (var ending : endings) {
            if (name.endsWith(ending.text())) {
                return ending.pool();
            }
        }
        for (var beginning : beginnings) {
            if (name.startsWith(beginning.text())) {
                return beginning.pool();
            }
        }
        for (var expression : expressions) {
            switch (expression.expression().fit(name)) {
                case YES -> {
                    return expression.pool();
                }
                case UNKNOWN -> {
                    // With the next best one it could pass by where it belongs.
                    return null;
                }
                case NO -> {}
            }
        }
        return to;
    }

    public Duration idle() {
        return idle;
    }

    /** The version of PROXY protocol written ahead to {@code target}; 0: none. */
    public int proxyProtocol(Target target) {
        return proxyProtocol == 0 ? target.proxyProtocol() : proxyProtocol;
    }
}
