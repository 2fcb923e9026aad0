package footplate.daemon.upgrade;

import footplate.core.keep.PlannedRoute;
import footplate.core.name.AppName;
import footplate.core.name.RunId;
import footplate.core.route.PoolSignals;
import java.util.List;
import java.util.function.Consumer;

/** The daemon that has taken over, as the one before it sees it: tells which processes serve, and hears which are drained. */
public final class Successor implements PoolSignals {
    /** The line by which it has the one before it end at once. */
    static final String END = "end";

    private final Link link;
    private final long pid;
    private final String version;
    private final List<String> early;

    /** @param early lines that it sent before it was known to serve */
    Successor(Link link, long pid, String version, List<String> early) {
        this.link = link;
        this.pid = pid;
        this.version = version;
        this.early = List.copyOf(early);
    }

    public long pid() {
        return pid;
    }

    String version() {
        return version;
    }

    /**
     * Does what it tells from now on, on a thread of its own.
     *
     * @param drains of this daemon; they report to the successor from now on
     * @param publish puts routes in force
     * @param drain has a run take no further request
     * @param end ends this daemon
     */
    public void follow(Drains drains, Consumer<List<PlannedRoute>> publish, Consumer<RunId> drain, Runnable end) {
        drains.tell(this);
        Thread.ofVirtual().name("successor").start(() -> {
            var routes = new Routes();
            try {
                for (var line : early) {
                    routes = obey(line, routes, drains, publish, drain);
                }
                for (var line = link.next(); line != null; line = link.next()) {
                    if (line.equals(END)) {
                        drains.end();
                        end.run();
                        return;
                    }
                    routes = obey(line, routes, drains, publish, drain);
                }
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
            } finally {
                drains.tell(PoolSignals.NONE);
            }
        });
    }

    private static Routes obey(
            String line, Routes routes, Drains drains, Consumer<List<PlannedRoute>> publish, Consumer<RunId> drain) {
        if (line.startsWith("drain ")) {
            drains.drain(new RunId(Long.parseLong(line.substring(6))), drain);
        } else if (line.equals(Routes.END)) {
            var planned = routes.over(drains.routes());
            publish.accept(planned);
            drains.published(planned);
            return new Routes();
        } else {
            routes.hear(line);
        }
        return routes;
    }

    /** Nothing will come of this daemon any more. */
    public void goodbye() {
        link.close();
    }

    @Override
    public void busy(AppName app) {
        // It sees its own requests, and those here are the last ones.
    }

    @Override
    public void drained(RunId run) {
        link.send("drained " + run.value());
    }
}
