package footplate.proxy.files;

import java.util.ArrayDeque;
import java.util.ArrayList;

/**
 * Keeps what was read of files in bounds: bytes and open descriptors, over all folders. Who goes first is found by CLOCK:
 * the files stand in a ring, and one that was used since the hand passed it is passed once more. Loops only read the
 * folders' maps and set a mark; the ring and the sums are guarded by this object's lock, which disk threads alone take.
 */
final class FileCache {
    private long mostBytes;
    private final int mostOpen;
    private final ArrayDeque<StoredFile> ring = new ArrayDeque<>();
    private long bytes;
    private int open;

    /**
     * @param mostBytes memory for all files; 0: nothing is kept
     * @param mostOpen most descriptors of larger files
     */
    FileCache(long mostBytes, int mostOpen) {
        this.mostBytes = mostBytes;
        this.mostOpen = mostOpen;
    }

    /** Keeps so much at most from now on, in bytes. */
    synchronized void limit(long most) {
        mostBytes = most;
        shrink();
    }

    /** Takes a file in, in place of the one that its key led to. */
    synchronized void keep(StoredFile file) {
        if (mostBytes == 0) {
            return;
        }
        var before = file.folder().files().put(file.key(), file);
        if (before != null) {
            forget(before);
        }
        file.kept = true;
        file.weight = file.weightWithoutContent();
        bytes += file.weight;
        ring.add(file);
        shrink();
    }

    /** Keeps a representation's content with its file and holds it; does nothing if the file is not kept, or has it. */
    synchronized void fill(StoredFile file, Representation representation, Content content) {
        boolean isOpen = content instanceof OpenFile;
        long more = isOpen ? 0 : representation.size();
        if (!file.kept || representation.content() != null || more > mostBytes / 2 || !content.hold()) {
            return;
        }
        representation.content(content);
        file.weight += more;
        bytes += more;
        if (isOpen) {
            file.open++;
            open++;
        }
        file.use();
        shrink();
    }

    /** Lets a file go that is not on the disk as it is here. */
    synchronized void drop(StoredFile file) {
        if (file.kept) {
            file.folder().files().remove(file.key(), file);
            forget(file);
        }
    }

    /** Lets go what was not used since the last call, so that an idle server holds neither memory nor descriptors. */
    synchronized void sweep() {
        for (var file : new ArrayList<>(ring)) {
            if (file.kept && !file.wasUsed()) {
                file.folder().files().remove(file.key(), file);
                forget(file);
            }
        }
        ring.removeIf(file -> !file.kept);
    }

    private void shrink() {
        while ((bytes > mostBytes || open > mostOpen) && !ring.isEmpty()) {
            var file = ring.remove();
            if (!file.kept) {
                continue;
            }
            if (file.wasUsed()) {
                ring.add(file);
            } else {
                file.folder().files().remove(file.key(), file);
                forget(file);
            }
        }
    }

    private void forget(StoredFile file) {
        if (file.kept) {
            file.kept = false;
            bytes -= file.weight;
            open -= file.open;
            file.close();
        }
    }

    /** Bytes of memory that are kept. */
    synchronized long bytes() {
        return bytes;
    }

    /** Descriptors that are kept. */
    synchronized int open() {
        return open;
    }

    synchronized int files() {
        return (int) ring.stream().filter(file -> file.kept).count();
    }

    /** Lets everything go. */
    synchronized void clear() {
        for (var file : ring) {
            file.folder().files().remove(file.key(), file);
            forget(file);
        }
        ring.clear();
    }
}
