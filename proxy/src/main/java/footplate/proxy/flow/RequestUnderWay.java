package footplate.proxy.flow;

import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request that is being answered (Passenger: passenger-status --show=requests).
 *
 * @param host as the client named it; empty if it named none
 * @param path with query, as the client wrote it
 * @param age since the head had come in
 * @param instance where it is; null while it has no place
 */
public record RequestUnderWay(
        AppName app,
        String method,
        String host,
        String path,
        State state,
        Duration age,
        @Nullable InstanceId instance) {
    /** How far it is. */
    public enum State {
        /** It waits for a place. */
        QUEUED,
        /** It is being sent to its process. */
        SENDING,
        /** It was sent; no answer yet. */
        WAITING,
        /** Its answer is being received. */
        RECEIVING,
        /** It has become a tunnel. */
        TUNNEL
    }
}
