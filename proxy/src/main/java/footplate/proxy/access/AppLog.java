package footplate.proxy.access;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.route.Target;
import org.jspecify.annotations.Nullable;

/** One app's access log as one loop sees it. */
final class AppLog {
    /** Addresses that are kept as bytes; an app with more processes has some made again now and then. */
    private static final int ADDRESSES = 16;

    final int number;
    private final LogFile file;
    private final Target[] targets = new Target[ADDRESSES];
    private final byte[][] addresses = new byte[ADDRESSES][];
    private @Nullable Settings known;
    private LineFormat format = LineFormat.COMBINED;
    private int sample = 1;
    private long seen;

    AppLog(int number, LogFile file) {
        this.number = number;
        this.file = file;
    }

    /** Follows the settings of the app. */
    @SuppressWarnings("ReferenceEquality") // equal ones that are another object say the same again
    void settings(Settings now, LineFormat newFormat) {
        if (now != known) {
            known = now;
            format = newFormat;
            sample = now.count(Setting.ACCESS_LOG_SAMPLE);
            file.format = newFormat;
        }
    }

    LineFormat format() {
        return format;
    }

    /** Whether this line is one of those that are written: one in so many, and every failure of ours or the app's. */
    boolean takes(int status) {
        return sample <= 1 || seen++ % sample == 0 || status >= 500;
    }

    @SuppressWarnings("ReferenceEquality")
    byte[] address(Target target) {
        int at = target.hashCode() & (ADDRESSES - 1);
        if (targets[at] != target) {
            targets[at] = target;
            addresses[at] = AccessEntry.bytes(target.address());
        }
        return addresses[at];
    }

    void dropped() {
        file.drop(1);
    }
}
