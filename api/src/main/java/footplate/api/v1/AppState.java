package footplate.api.v1;

/** How an app is; on the wire in lower case. */
public enum AppState {
    /** Serves, or would at once: with {@code min} 0 it may have no process. */
    RUNNING,
    /** Was started and has no ready instance yet. */
    STARTING,
    /** Was stopped by its operator, or is on its way there. */
    STOPPED,
    /** Does not come up; {@link AppInfo#problem} tells why. */
    FAILED,
    /** Serves with its old instances while new ones come up. */
    RESTARTING
}
