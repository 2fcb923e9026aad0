package footplate.core.retry;

/**
 * Whether a request that failed on its way to a process is sent again, and where to. Nothing is ever sent twice that
 * may have been acted upon and must not be repeated (RFC 9110 §9.2.2, RFC 9112 §9.3.1; nginx: proxy_next_upstream).
 */
public final class RetryRule {
    private RetryRule() {}

    /** How the attempt failed. */
    public enum Failure {
        /** No connection came about: refused, no such socket, timed out. */
        NOT_CONNECTED,
        /** A connection that had served before was closed: most likely it had been idle for too long. */
        REUSED_CONNECTION_CLOSED,
        /** A new connection was closed: the process has died, or closes on this request. */
        NEW_CONNECTION_CLOSED
    }

    /** What to do now. */
    public enum Decision {
        SAME_PROCESS_NEW_CONNECTION,
        ANOTHER_PROCESS,
        GIVE_UP
    }

    /**
     * Decides.
     *
     * @param failure how the attempt failed
     * @param answered a byte of the answer was received
     * @param nothingDelivered it is certain that no byte of the request reached the process
     * @param idempotent by its method (RFC 9110 §9.2.2)
     * @param replayable head and body, as far as they were sent, are still in hand
     * @param attempts how often it was sent, or if no connection came about how often that happened, this time included; 1
     *     or more
     * @param most most of either, the first time included
     */
    public static Decision after(
            Failure failure,
            boolean answered,
            boolean nothingDelivered,
            boolean idempotent,
            boolean replayable,
            int attempts,
            int most) {
        if (answered || !replayable || attempts >= most) {
            return Decision.GIVE_UP;
        }
        return switch (failure) {
            case NOT_CONNECTED -> Decision.ANOTHER_PROCESS;
            case REUSED_CONNECTION_CLOSED ->
                nothingDelivered || idempotent ? Decision.SAME_PROCESS_NEW_CONNECTION : Decision.GIVE_UP;
            case NEW_CONNECTION_CLOSED -> nothingDelivered || idempotent ? Decision.ANOTHER_PROCESS : Decision.GIVE_UP;
        };
    }
}
