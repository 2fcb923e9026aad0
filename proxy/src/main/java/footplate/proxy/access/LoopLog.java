package footplate.proxy.access;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.http.HeadBytes;
import footplate.core.http.RequestHead;
import footplate.core.name.AppName;
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
            Map<String, AppLog> apps,
            ArrayDeque<AccessEntry> spare,
            HeadBytes line,
            LogTime time,
            SplittableRandom random) {}

    public LoopLog(AccessLogs logs) {
        this.logs = logs;
    }

    /**
     * The entry of a request; null if it is not logged.
     *
     * @param app whose log it is; null: that of requests that are no app's
     * @param settings the app's, or the server's
     * @param head loses request ids that are not believed
     * @param forwardedLines what {@code RequestEdit.forwardedLines} made for this client
     */
    public @Nullable AccessEntry begin(
            @Nullable AppName app, Settings settings, RequestHead head, byte[] forwardedLines, long nowNanos) {
        int format = settings.choice(Setting.ACCESS_LOG);
        return format == 0 ? null : begin(app, settings, FORMATS[format - 1], head, forwardedLines, nowNanos);
    }

    /** A request whose head was not understood, or never came in full, and that was answered so. */
    public void refused(@Nullable AppName app, Settings settings, byte[] forwardedLines, int status, long bodyBytes) {
        int format = settings.choice(Setting.ACCESS_LOG);
        if (format > 0) {
            var entry = begin(app, settings, FORMATS[format - 1], null, forwardedLines, System.nanoTime());
            if (entry != null) {
                entry.status(status);
                entry.body(bodyBytes);
                entry.end(AccessEntry.End.DONE);
            }
        }
    }

    private @Nullable AccessEntry begin(
            @Nullable AppName app,
            Settings settings,
            LineFormat format,
            @Nullable RequestHead head,
            byte[] forwardedLines,
            long nowNanos) {
        var here = open;
        var whose = AccessLogs.key(app);
        var log = here == null ? null : here.apps().get(whose);
        if (log == null || here == null) {
            int number = logs.number(app);
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
            here.apps().put(whose, log);
        }
        var entry = here.spare().pollLast();
        if (entry == null) {
            entry = new AccessEntry(this);
        }
        return entry.begin(
                log, log.terms(format, settings.count(Setting.ACCESS_LOG_SAMPLE)), head, forwardedLines, nowNanos);
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
    void write(AccessEntry entry, AppLog app, AppLog.Terms terms) {
        var here = present();
        if (terms.takes(entry.status())) {
            var line = here.line().clear();
            terms.format.line(entry, here.time().at(System.currentTimeMillis()), line);
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
