package footplate.daemon;

import footplate.api.v1.RequestInfo;
import footplate.core.config.Settings;
import footplate.core.route.LiveTable;
import footplate.daemon.keep.Listeners;
import footplate.proxy.access.LogPlaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** What the daemon asks of the proxy. */
interface DataPlane extends Listeners.Acceptor {
    /** Requests under way, the longest first. */
    List<RequestInfo> requests();

    /** What the operator is to be told of its start; empty if nothing. */
    String note();

    /** Closes every connection once its request is answered, or after {@code grace}. */
    void close(Duration grace);

    /** Makes a data plane that routes by {@code table}, and tells {@code mistakes} of our own ones. */
    interface Maker {
        DataPlane make(
                Settings settings, LiveTable table, Path temporary, LogPlaces accessLogs, Consumer<Throwable> mistakes);
    }
}
