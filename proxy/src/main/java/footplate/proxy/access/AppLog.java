package footplate.proxy.access;

import footplate.core.route.Target;
import java.util.ArrayList;

/** One app's access log as one loop sees it. */
final class AppLog {
    /** Addresses that are kept as bytes; an app with more processes has some made again now and then. */
    private static final int ADDRESSES = 16;

    /** An app has one, or as many as its routes have ways of their own; those of before a change are not used again. */
    private static final int MOST_TERMS = 64;

    final int number;
    private final LogFile file;
    private final Target[] targets = new Target[ADDRESSES];
    private final byte[][] addresses = new byte[ADDRESSES][];
    private final ArrayList<Terms> terms = new ArrayList<>();

    /** How lines are written: the app's way, and those of its routes that have another. */
    static final class Terms {
        final LineFormat format;
        private final int sample;
        private long seen;

        private Terms(LineFormat format, int sample) {
            this.format = format;
            this.sample = sample;
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

    /** @param sample one of so many requests is written */
    Terms terms(LineFormat format, int sample) {
        if (file.format != format) {
            file.format = format;
        }
        for (int i = 0; i < terms.size(); i++) {
            var known = terms.get(i);
            if (known.format == format && known.sample == sample) {
                return known;
            }
        }
        if (terms.size() == MOST_TERMS) {
            terms.clear();
        }
        var made = new Terms(format, sample);
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
