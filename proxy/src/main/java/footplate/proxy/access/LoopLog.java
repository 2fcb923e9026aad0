package footplate.proxy.access;

import footplate.core.config.Setting;
import footplate.core.http.HeadBytes;
import footplate.core.http.RequestHead;
import footplate.core.name.AppName;
import footplate.core.route.AppRoute;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One loop's part in the access logs: entries for its requests, and the way to the writer. On that loop only. */
public final class LoopLog {
    private static final LineFormat[] FORMATS = {LineFormat.COMBINED, LineFormat.JSON};

    /** Most entries that are kept for later requests; as many requests may well be under way at once. */
    private static final int MOST_SPARE = 256;

    private final AccessLogs logs;
    private @Nullable Open open;

    /** What is only there once a request was logged. */
    private record Open(
            LogRing ring,
            Map<AppName, AppLog> apps,
            ArrayDeque<AccessEntry> spare,
            HeadBytes line,
            LogTime time,
            SplittableRandom random) {}

    public LoopLog(AccessLogs logs) {
        this.logs = logs;
    }

    /**
     * The entry of a request; null if its app has no access log.
     *
     * @param head loses request ids that are not believed
     * @param forwardedLines what {@code RequestEdit.forwardedLines} made for this client
     */
    public @Nullable AccessEntry begin(AppRoute route, RequestHead head, byte[] forwardedLines, long nowNanos) {
        int format = route.http().choice(Setting.ACCESS_LOG);
        return format == 0 ? null : begin(route, FORMATS[format - 1], head, forwardedLines, nowNanos);
    }

    /** A request whose head was not understood, or never came in full, and that was answered so. */
    public void refused(AppRoute route, byte[] forwardedLines, int status, long bodyBytes) {
        int format = route.http().choice(Setting.ACCESS_LOG);
        if (format > 0) {
            var entry = begin(route, FORMATS[format - 1], null, forwardedLines, System.nanoTime());
            if (entry != null) {
                entry.status(status);
                entry.body(bodyBytes);
                entry.end(AccessEntry.End.DONE);
            }
        }
    }

    private @Nullable AccessEntry begin(
            AppRoute route, LineFormat format, @Nullable RequestHead head, byte[] forwardedLines, long nowNanos) {
        var here = open;
        var log = here == null ? null : here.apps().get(route.app());
        if (log == null || here == null) {
            int number = logs.number(route.app());
            if (number < 0) {
                return null;
            }
            if (here == null) {
                here = new Open(
                        logs.ring(),
                        new HashMap<>(),
                        new ArrayDeque<>(),
                        new HeadBytes(1_024),
                        new LogTime(ZoneId.systemDefault()),
                        new SplittableRandom(new SecureRandom().nextLong()));
                open = here;
            }
            log = new AppLog(number, logs.file(number));
            here.apps().put(route.app(), log);
        }
        log.settings(route, format, route.http().count(Setting.ACCESS_LOG_SAMPLE));
        var entry = here.spare().pollLast();
        if (entry == null) {
            entry = new AccessEntry(this);
        }
        return entry.begin(log, head, forwardedLines, nowNanos);
    }

    private Open present() {
        if (open == null) {
            throw new IllegalStateException("a request is logged that was not begun");
        }
        return open;
    }

    long random() {
        return present().random().nextLong();
    }

    /** The request is over. */
    void write(AccessEntry entry, AppLog app) {
        var here = present();
        if (app.takes(entry.status())) {
            var line = here.line().clear();
            app.format().line(entry, here.time().at(System.currentTimeMillis()), line);
            if (here.ring().offer(app.number, line.array(), line.length())) {
                logs.added(here.ring());
            } else {
                app.dropped();
            }
        }
        if (here.spare().size() < MOST_SPARE) {
            here.spare().addLast(entry);
        }
    }
}
