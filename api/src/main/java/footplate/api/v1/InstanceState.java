package footplate.api.v1;

/** How an instance is; on the wire in lower case. */
public enum InstanceState {
    /** Spawned, not ready yet. */
    STARTING,
    /** Ready: takes requests. */
    RUNNING,
    /** Ready, and without the app's requests: of a new release before it takes over, or of the one before, kept for a while. */
    ASIDE,
    /** Takes no new request and finishes those it has. */
    DRAINING,
    /** Was told to stop. */
    STOPPING,
    /** Crashed, and waits to be started again. */
    WAITING,
    /** Crashed too often and is left alone. */
    FAILED,
    /** Has no process and is not meant to have one. */
    STOPPED
}
