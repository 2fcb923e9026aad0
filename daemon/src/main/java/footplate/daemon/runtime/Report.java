package footplate.daemon.runtime;

import footplate.core.name.RunId;

/**
 * What a process of an app said about itself over the {@link AppChannel}. Only {@link #run} is certain, as it comes from the token;
 * the rest is the app's word, cut to a bounded length and without control characters.
 */
public sealed interface Report {
    RunId run();

    /** The process that speaks: the app's own, a cluster's worker, a helper. */
    int pid();

    /**
     * A Node process has loaded the preload, and will load the app's code next; said again after each reconnection.
     *
     * @param main whether it is the first process of the run that is not a package manager
     */
    record Hello(RunId run, int pid, int parent, String nodeVersion, String script, boolean main) implements Report {}

    /**
     * The app listens on its socket.
     *
     * @param asked the port that the app asked for
     * @param host the host that it asked for, or empty
     * @param kind {@code http}, {@code https}, {@code http2}, {@code tls} or {@code tcp}
     */
    record Listening(RunId run, int pid, int asked, String host, String kind) implements Report {}

    /** It has closed the server that listened there. */
    record Closed(RunId run, int pid, int asked) implements Report {}

    /** It listens on an address of its own besides, such as {@code 127.0.0.1:9000}. */
    record AlsoListening(RunId run, int pid, String address) implements Report {}

    /** It called {@code process.send('ready')}. */
    record Ready(RunId run, int pid) implements Report {}

    /**
     * It called {@code process.send} with something else.
     *
     * @param json the message as JSON
     */
    record Message(RunId run, int pid, String json) implements Report {}

    /**
     * Once in five seconds.
     *
     * @param lagMillis how late the event loop was at worst
     * @param heapBytes heap in use
     */
    record Stats(RunId run, int pid, double lagMillis, long heapBytes) implements Report {}

    /**
     * An exception nobody caught.
     *
     * @param code Node's code, such as {@code ERR_MODULE_NOT_FOUND}, or empty
     * @param handled whether the app has a handler for such exceptions and so may go on
     */
    record Failed(RunId run, int pid, String name, String message, String stack, String code, boolean handled)
            implements Report {}
}
