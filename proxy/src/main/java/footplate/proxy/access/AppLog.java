package footplate.proxy.access;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.route.Target;
import java.util.ArrayList;

/** One app's access log as one loop sees it. */
final class AppLog {
    /** Addresses that are kept as bytes; an app with more processes has some made again now and then. */
    private static final int ADDRESSES = 16;

    /** Settings that are remembered: those of before a change are not used again. */
    private static final int MOST_TERMS = 64;

    final int number;
    private final LogFile file;
    private final Target[] targets = new Target[ADDRESSES];
    private final byte[][] addresses = new byte[ADDRESSES][];
    private final ArrayList<Terms> terms = new ArrayList<>();

    /** Which lines are written for requests of the same settings, and how: an app has one of them, and each of its routes may have another. */
    static final class Terms {
        final LineFormat format;
        private final int sample;
        private Settings settings;
        private long seen;

        private Terms(Settings settings, LineFormat format) {
            this.settings = settings;
            this.format = format;
            this.sample = settings.count(Setting.ACCESS_LOG_SAMPLE);
        }

        /** Whether this line is one of those that are written: one in so many, and every failure of ours or the app's. */
        boolean takes(int status) {
            return sample <= 1 || seen++ % sample == 0 || status >= 500;
        }
    }

    AppLog(int number, LogFile file) {
        this.number = number;
        this.file = file;
    }

    /** Those of a request whose app and route have these settings. */
    @SuppressWarnings(
            "ReferenceEquality") // the same object nearly always: comparing them is for when it is another one that
    // says the same
    Terms terms(Settings settings, LineFormat format) {
        for (int i = 0; i < terms.size(); i++) {
            var known = terms.get(i);
            if (known.settings == settings) {
                return known;
            }
        }
        file.format = format;
        for (var known : terms) {
            if (known.settings.equals(settings)) {
                known.settings = settings;
                return known;
            }
        }
        if (terms.size() == MOST_TERMS) {
            terms.removeFirst();
        }
        var made = new Terms(settings, format);
        terms.add(made);
        return made;
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
