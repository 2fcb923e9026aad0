package footplate.core.config.routes;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a route's requests and answers on their way; null: not done.
 *
 * @param stripPrefix taken from the path before it is sent on; empty: nothing
 * @param rewrite the path and query that are sent on
 * @param realIp whose word about the client's address is taken
 */
public record Rules(
        @Nullable Template rewrite,
        String stripPrefix,
        Edits requestHeaders,
        Edits responseHeaders,
        @Nullable Hsts hsts,
        @Nullable Cors cors,
        @Nullable BasicAuth basicAuth,
        @Nullable ForwardAuth forwardAuth,
        Access access,
        @Nullable RealIp realIp,
        @Nullable RateLimit rateLimit,
        @Nullable ConcurrencyLimit concurrencyLimit,
        @Nullable Maintenance maintenance,
        @Nullable Mirror mirror) {
    /** Nothing is done. */
    public static final Rules NONE = new Rules(
            null,
            "",
            new Edits(Map.of(), Map.of(), List.of()),
            new Edits(Map.of(), Map.of(), List.of()),
            null,
            null,
            null,
            null,
            new Access(List.of(), List.of()),
            null,
            null,
            null,
            null,
            null);

    /** Changes to header fields, in this order: removed, set, added; a request's Host can be set alone. */
    public record Edits(Map<String, Template> set, Map<String, Template> add, List<String> remove) {
        /** Fields that frame a message, or are about one connection: they are ours alone. */
        private static final Set<String> FRAMING = Set.of(
                "connection",
                "content-length",
                "expect",
                "http2-settings",
                "keep-alive",
                "max-forwards",
                "proxy-connection",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade");

        /** Whether a field frames a message, so that nobody may change it. */
        public static boolean frames(String name) {
            return FRAMING.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'));
        }

        public Edits {
            if (Stream.of(set.keySet(), add.keySet(), remove)
                    .flatMap(Collection::stream)
                    .anyMatch(Edits::frames)) {
                throw new IllegalArgumentException(
                        "an edit of a field that frames messages: " + set.keySet() + add.keySet() + remove);
            }
            set = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(set));
            add = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(add));
            remove = List.copyOf(remove);
        }
    }

    /** Strict-Transport-Security (RFC 6797). */
    public record Hsts(Duration maxAge, boolean subdomains, boolean preload) {}

    /** Cross-origin requests (Fetch §3.2). */
    public record Cors(
            List<String> origins,
            List<String> methods,
            List<String> headers,
            List<String> expose,
            boolean credentials,
            Duration maxAge) {
        public Cors {
            origins = List.copyOf(origins);
            methods = List.copyOf(methods);
            headers = List.copyOf(headers);
            expose = List.copyOf(expose);
            if (credentials && origins.contains("*")) {
                throw new IllegalArgumentException("credentials for every origin: browsers refuse that");
            }
        }
    }

    /** RFC 7617. */
    public record BasicAuth(String users, String realm) {}

    /** Another server decides (nginx: auth_request). */
    public record ForwardAuth(Template to, List<String> copyHeaders, Duration timeout) {
        public ForwardAuth {
            copyHeaders = List.copyOf(copyHeaders);
        }
    }

    /**
     * Who may come in: nobody in {@code deny}; where {@code allow} is not empty, only those in it. An address that is in both is decided by
     * the narrower network.
     */
    public record Access(List<Network> allow, List<Network> deny) {
        public Access {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
        }
    }

    /** The client's address as trusted proxies tell it (nginx: set_real_ip_from, real_ip_header). */
    public record RealIp(List<Network> from, String header) {
        public RealIp {
            from = List.copyOf(from);
        }
    }

    /**
     * A token bucket for each value of {@code by} (nginx: limit_req).
     *
     * @param by {@code address}, {@code route} or {@code header:NAME}
     */
    public record RateLimit(Rate rate, int burst, String by) {}

    /** Most requests at once for each value of {@code by} (nginx: limit_conn). */
    public record ConcurrencyLimit(int most, String by) {}

    /**
     * Everybody gets 503, but for these networks.
     *
     * @param page file of the answer's page; empty: our own
     * @param retryAfter zero: not told
     */
    public record Maintenance(String page, List<Network> except, Duration retryAfter) {
        public Maintenance {
            except = List.copyOf(except);
        }
    }

    /** A copy of so many percent of the requests goes there too; its answer is thrown away. */
    public record Mirror(Target to, int share) {}
}
