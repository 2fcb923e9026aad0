package footplate.proxy.files;

import footplate.core.http.StaticPath;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;

/** The names in a public folder as they were a moment ago: most requests of an app are for none of them. */
final class TopNames {
    /** A folder with more names than this is not remembered. */
    private static final int MOST = 10_000;

    /** Longest time that it is believed. */
    private static final long FRESH_NANOS = 1_000_000_000L;

    /** After this time it is read anew beside the requests, so that they need not wait for it. */
    private static final long AGEING_NANOS = 500_000_000L;

    private final long[] fingerprints;
    private final boolean complete;
    private final long readNanos;

    private TopNames(long[] fingerprints, boolean complete, long readNanos) {
        this.fingerprints = fingerprints;
        this.complete = complete;
        this.readNanos = readNanos;
    }

    static TopNames read(Path folder, long nowNanos) throws IOException {
        var names = new ArrayList<Long>();
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                if (names.size() == MOST) {
                    return new TopNames(new long[0], false, nowNanos);
                }
                names.add(StaticPath.fingerprint(entry.getFileName().toString()));
            }
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
        var fingerprints = names.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(fingerprints);
        return new TopNames(fingerprints, true, nowNanos);
    }

    boolean isAgeing(long nowNanos) {
        return nowNanos - readNanos > AGEING_NANOS;
    }

    private boolean isStale(long nowNanos) {
        return nowNanos - readNanos > FRESH_NANOS;
    }

    /** Whether it is certain that no name in the folder has this fingerprint. */
    boolean lacks(long fingerprint, long nowNanos) {
        return complete && !isStale(nowNanos) && Arrays.binarySearch(fingerprints, fingerprint) < 0;
    }
}
