package footplate.core.retry;

import footplate.core.config.Problem;
import footplate.core.unit.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * After which failures a request may be sent to another server, as an operator says (nginx: proxy_next_upstream, with its tries and
 * timeout). Beside it {@link RetryRule} says what is safe, and {@link RetryBudget} how much is too much; all three must allow it.
 *
 * @param conditions which
 * @param nonIdempotent also for requests that were sent and whose method is not idempotent (RFC 9110 §9.2.2; nginx: POST, LOCK, PATCH)
 * @param tries most servers a request is sent to, the first included; 0: each of them
 * @param timeout no further server when so much time has passed since the first; zero: any time
 */
public record NextUpstream(Set<Condition> conditions, boolean nonIdempotent, int tries, Duration timeout) {
    private static final String KNOWN =
            "error, timeout, invalid_header, http_500, http_502, http_503, http_504, http_403, http_404, http_429, non_idempotent, off";

    /** nginx's. */
    public static final NextUpstream STANDARD =
            new NextUpstream(Set.of(Condition.ERROR, Condition.TIMEOUT), false, 0, Duration.ZERO);

    public NextUpstream {
        conditions = Set.copyOf(conditions);
        if (tries < 0 || timeout.isNegative()) {
            throw new IllegalArgumentException("tries " + tries + ", timeout " + timeout + ": not below 0");
        }
    }

    /** How an attempt went wrong. */
    public enum Condition {
        /** No connection, or it broke while the request was sent or the answer's head awaited. */
        ERROR(0),
        /** One of these took too long. */
        TIMEOUT(0),
        /** The answer was empty or none. */
        INVALID_HEADER(0),
        HTTP_500(500),
        HTTP_502(502),
        HTTP_503(503),
        HTTP_504(504),
        HTTP_403(403),
        HTTP_404(404),
        HTTP_429(429);

        private final int status;

        Condition(int status) {
            this.status = status;
        }

        /** The one that an answer's status is; null if it is none. */
        public static @Nullable Condition of(int status) {
            return switch (status) {
                case 500 -> HTTP_500;
                case 502 -> HTTP_502;
                case 503 -> HTTP_503;
                case 504 -> HTTP_504;
                case 403 -> HTTP_403;
                case 404 -> HTTP_404;
                case 429 -> HTTP_429;
                default -> null;
            };
        }

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads {@code error timeout http_502}, or {@code off}.
     *
     * @param where the place it is written at, for messages
     * @param tries a whole number; empty: 0
     * @param timeout a time; empty: none
     * @param problems takes what is wrong
     * @return null if something is
     */
    public static @Nullable NextUpstream read(
            String where, String text, String tries, String timeout, List<Problem> problems) {
        int before = problems.size();
        var conditions = EnumSet.noneOf(Condition.class);
        var words = new ArrayList<>(List.of(text.strip().split("[\\s,]+", -1)));
        boolean nonIdempotent = words.remove("non_idempotent");
        boolean off = words.remove("off");
        for (var word : words) {
            var condition = labelled(word);
            if (condition != null) {
                conditions.add(condition);
            } else if (!word.isEmpty()) {
                problems.add(new Problem(
                        where, "'" + word + "' is no reason to ask another server", "Write any of: " + KNOWN + "."));
            }
        }
        if (off && (!conditions.isEmpty() || nonIdempotent)) {
            problems.add(new Problem(where, "'off' stands beside other reasons", "Write off alone, or leave it out."));
        }
        if (!off && conditions.isEmpty() && problems.size() == before) {
            problems.add(new Problem(where, "no reason is named", "Write any of: " + KNOWN + "."));
        }
        if (!tries.matches("[0-9]{0,6}")) {
            problems.add(new Problem(where, "tries is '" + tries + "'", "Write a whole number; 0 is every server."));
        }
        var millis = timeout.isEmpty() ? java.util.OptionalLong.of(0) : Durations.parseMillis(timeout);
        if (millis.isEmpty()) {
            problems.add(
                    new Problem(where, "timeout is '" + timeout + "'", "Write a time with its unit, such as 10s."));
        }
        if (problems.size() > before) {
            return null;
        }
        return new NextUpstream(
                conditions,
                nonIdempotent,
                tries.isEmpty() ? 0 : Integer.parseInt(tries),
                Duration.ofMillis(millis.orElse(0)));
    }

    private static @Nullable Condition labelled(String word) {
        for (var condition : Condition.values()) {
            if (condition.label().equals(word)) {
                return condition;
            }
        }
        return null;
    }

    /**
     * Whether another server may be asked.
     *
     * @param condition how the attempt went wrong
     * @param idempotent whether the request's method is (RFC 9110 §9.2.2)
     * @param sent whether any of the request was sent there
     * @param replayable whether head and body, as far as they were sent, are still in hand
     * @param attempts how many servers it was sent to, this one included; 1 or more
     * @param servers how many there are
     * @param elapsedNanos since it was first sent
     */
    public boolean allows(
            Condition condition,
            boolean idempotent,
            boolean sent,
            boolean replayable,
            int attempts,
            int servers,
            long elapsedNanos) {
        int most = tries == 0 ? servers : Math.min(tries, servers);
        return conditions.contains(condition)
                && (nonIdempotent || !sent || idempotent)
                && (!sent || replayable)
                && attempts < most
                && (timeout.isZero() || elapsedNanos < timeout.toNanos());
    }

    /**
     * Whether an attempt that went wrong counts for max_fails: errors, timeouts and bad heads always, 5xx and 429 if they are
     * named here, 403 and 404 never (nginx: proxy_next_upstream).
     */
    public boolean isFailure(Condition condition) {
        return switch (condition) {
            case ERROR, TIMEOUT, INVALID_HEADER -> true;
            case HTTP_403, HTTP_404 -> false;
            case HTTP_500, HTTP_502, HTTP_503, HTTP_504, HTTP_429 -> conditions.contains(condition);
        };
    }

    /** The status that its condition stands for; 0 if it is none of an answer. */
    public static int status(Condition condition) {
        return condition.status;
    }
}
