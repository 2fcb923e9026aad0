package footplate.daemon;

import footplate.api.v1.RequestInfo;
import footplate.api.v1.ServerCounts;
import footplate.core.config.Entry.Binding;
import footplate.core.config.Settings;
import footplate.core.discover.Found;
import footplate.core.discover.Question;
import footplate.core.name.RunId;
import footplate.core.route.LiveTable;
import footplate.core.route.StreamBinding;
import footplate.daemon.keep.Listeners;
import footplate.daemon.os.ListeningSockets;
import footplate.daemon.os.ServiceManager;
import footplate.proxy.access.LogPlaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What the daemon asks of the proxy. */
interface DataPlane extends Listeners.Acceptor<Binding> {
    /** Requests under way, the longest first. */
    List<RequestInfo> requests();

    /** What it has done since its start, and what it holds now. */
    ServerCounts counts();

    /** Serves by other settings from now on, as far as they do not count at the start alone. */
    void apply(Settings settings);

    /**
     * Closes the WebSockets of a process that is going away.
     *
     * @return completed, on any thread, when all of them are closed, a second later at the most
     */
    CompletableFuture<Void> closeWebSockets(RunId run);

    /**
     * Asks name servers, now and again as times to live run out.
     *
     * @param changed the servers, each time that they have changed; returns at once
     * @param tell what an operator has to know; returns at once
     */
    AutoCloseable watch(Question question, Consumer<List<Found>> changed, Consumer<String> tell);

    /**
     * On which addresses connections begin with a PROXY header, from now on and nowhere else.
     *
     * @param all also those that listen already; else only those that are opened from now on
     */
    void announced(Set<Binding> bindings, boolean all);

    /** What the operator is to be told of its start; empty if nothing. */
    String note();

    /** The descriptors of the sockets it listens on, by their addresses in words. */
    Map<String, Integer> descriptors();

    /** Where streams come in. */
    Listeners.Acceptor<StreamBinding> streams();

    /** Accepts no more; each client is told with its next answer that it is the last one, and tunnels go on. */
    void part();

    /** Connections of clients, tunnels included. */
    int clients();

    /** Closes every connection once its request is answered, or after {@code grace}. */
    void close(Duration grace);

    /**
     * What a data plane is started with.
     *
     * @param settings until others are applied
     * @param temporary folder for bodies that do not fit into memory
     * @param mistakes is told of our own
     * @param accessLogs where they go
     * @param inherited sockets that listen already
     * @param services is to hold the listening sockets open
     */
    record Start(
            Settings settings,
            Path temporary,
            Consumer<Throwable> mistakes,
            LogPlaces accessLogs,
            ListeningSockets inherited,
            ServiceManager services) {
        /** For a data plane that opens every socket itself. */
        Start(Settings settings, Path temporary, Consumer<Throwable> mistakes, LogPlaces accessLogs) {
            this(settings, temporary, mistakes, accessLogs, ListeningSockets.none(), ServiceManager.NONE);
        }
    }

    /** Makes a data plane that routes by {@code table}. */
    interface Maker {
        DataPlane make(Start start, LiveTable table);
    }
}
