package footplate.proxy.files;

import footplate.core.http.AcceptEncoding;
import footplate.core.http.Coding;
import footplate.core.http.Conditions;
import footplate.core.http.PathKey;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A file as it was at one moment, in all its representations. Safe for any thread. */
final class StoredFile {
    private static final int IDENTITY = Coding.IDENTITY.place();

    private final Folder folder;
    private final PathKey key;
    private final String path;
    private final @Nullable Representation[] representations;
    private final int available;
    private final boolean young;
    private final AtomicBoolean checking = new AtomicBoolean();
    private volatile long checkedNanos;

    // Whether it was asked for since the cache last looked; a write that is lost costs nothing.
    private boolean used;

    // The cache's, and guarded by its lock.
    boolean kept;
    long weight;
    int open;

    /**
     * @param key what it was asked for by
     * @param path where it lies in its folder
     * @param representations by their coding's place; the plain file is among them
     * @param young whether one of them was being written a moment ago
     * @param checkedNanos when the look at the disk began
     */
    StoredFile(
            Folder folder,
            PathKey key,
            String path,
            @Nullable Representation[] representations,
            boolean young,
            long checkedNanos) {
        this.folder = folder;
        this.key = key;
        this.path = path;
        this.representations = representations;
        this.young = young;
        this.checkedNanos = checkedNanos;
        int bits = 0;
        for (int i = 0; i < representations.length; i++) {
            if (representations[i] != null) {
                bits |= 1 << i;
            }
        }
        this.available = bits;
    }

    Folder folder() {
        return folder;
    }

    PathKey key() {
        return key;
    }

    String path() {
        return path;
    }

    /** The representation in {@code coding}; null if there is none. */
    @Nullable
    Representation in(Coding coding) {
        return representations[coding.place()];
    }

    Representation plain() {
        var plain = representations[IDENTITY];
        if (plain == null) {
            throw new IllegalStateException("a file without itself");
        }
        return plain;
    }

    boolean varies() {
        return available != 1 << IDENTITY;
    }

    /**
     * The representation that answers a request (RFC 9110 §12.5.3). A piece of a compressed file is of use only to who has
     * the rest of it: a range is of the plain file, unless If-Range names another one (§13.1.5).
     */
    Representation choose(int preference, Conditions conditions) {
        if (!varies()) {
            return plain();
        }
        if (conditions.range() != null) {
            return ranged(preference, conditions.ifRange());
        }
        var best = representations[AcceptEncoding.choose(preference, available).place()];
        return best == null ? plain() : best;
    }

    private Representation ranged(int preference, @Nullable String ifRange) {
        for (var one : representations) {
            if (one != null && ifRange != null && ifRange.equals(one.etag())) {
                return one;
            }
        }
        if (ifRange != null) {
            // It has something else, and gets all of what it would get now.
            var best =
                    representations[AcceptEncoding.choose(preference, available).place()];
            return best == null ? plain() : best;
        }
        return plain();
    }

    /** Whether the disk may show a change that its stamps do not. */
    boolean isYoung() {
        return young;
    }

    /** When the last look at the disk that found it unchanged began. */
    long checkedNanos() {
        return checkedNanos;
    }

    void checked(long nanos) {
        checkedNanos = nanos;
        checking.set(false);
    }

    /** Whether the caller is to have it checked, and nobody else is. */
    boolean claimCheck() {
        return !checking.get() && checking.compareAndSet(false, true);
    }

    void unclaimCheck() {
        checking.set(false);
    }

    void use() {
        if (!used) {
            used = true;
        }
    }

    /** Whether it was used since the last call. */
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /** Lets its contents go; answers under way keep theirs. */
    void close() {
        for (var representation : representations) {
            var content = representation == null ? null : representation.content();
            if (content != null) {
                content.release();
            }
        }
    }

    int weightWithoutContent() {
        int sum = 256 + key.length();
        for (var representation : representations) {
            sum += representation == null ? 0 : representation.weight();
        }
        return sum;
    }
}
