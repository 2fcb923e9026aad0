package footplate.core.rule;

/** What a route's rules say to a request before anybody else is asked. */
public sealed interface Verdict {
    /** It may go on. */
    record Passes() implements Verdict {}

    /** The route is under maintenance. */
    record Maintained() implements Verdict {}

    /**
     * It is refused.
     *
     * @param status 403, 429 or 503
     * @param why one sentence for its client
     * @param retryAfterSeconds 0: not told
     */
    record Refused(int status, String why, int retryAfterSeconds) implements Verdict {}

    /**
     * A browser's question beforehand is answered.
     *
     * @param lines fields of the answer, each with its CRLF
     */
    record Preflight(String lines) implements Verdict {}
}
