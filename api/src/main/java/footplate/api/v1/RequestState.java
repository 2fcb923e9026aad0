package footplate.api.v1;

/** Where a request under way is; on the wire in lower case. */
public enum RequestState {
    /** Waits in the app's queue for an instance. */
    QUEUED,
    /** Is being sent to its instance. */
    SENDING,
    /** Was sent; the instance has not answered yet. */
    WAITING,
    /** The answer is coming. */
    RECEIVING,
    /** Became a tunnel, such as a WebSocket. */
    TUNNEL
}
