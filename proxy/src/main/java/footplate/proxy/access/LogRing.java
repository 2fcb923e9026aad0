package footplate.proxy.access;

import java.util.concurrent.atomic.AtomicLong;

/** Lines on their way from one loop to the writer: a bounded ring of bytes with one thread at each end, and neither waits. */
final class LogRing {
    /** Bytes; a power of two. About a thousand lines. */
    static final int SIZE = 256 * 1024;

    private static final int MASK = SIZE - 1;
    private static final int HEAD = 8;

    private final byte[] bytes = new byte[SIZE];
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private long takenAtLeast;

    /** Who takes lines out. */
    interface Taker {
        /** One line, in one or two parts of {@code source}; {@code secondLength} is 0 for one. */
        void line(int log, byte[] source, int from, int length, int secondLength);
    }

    /**
     * The loop's end: adds a line.
     *
     * @return false if there is no room for it
     */
    boolean offer(int log, byte[] line, int length) {
        long end = written.getPlain();
        int need = HEAD + length;
        if (end + need - takenAtLeast > SIZE) {
            takenAtLeast = taken.getAcquire();
            if (end + need - takenAtLeast > SIZE) {
                return false;
            }
        }
        number(end, log);
        number(end + 4, length);
        int at = (int) (end + HEAD) & MASK;
        int first = Math.min(length, SIZE - at);
        System.arraycopy(line, 0, bytes, at, first);
        System.arraycopy(line, first, bytes, 0, length - first);
        // Volatile: the writer that falls asleep looks at this last, and we at whether it sleeps next.
        written.set(end + need);
        return true;
    }

    /** The loop's end: whether it is more than half full, as far as it knows. */
    boolean fillsUp() {
        return written.getPlain() - takenAtLeast > SIZE / 2
                && written.getPlain() - (takenAtLeast = taken.getAcquire()) > SIZE / 2;
    }

    private void number(long at, int number) {
        for (int i = 0; i < 4; i++) {
            bytes[(int) (at + i) & MASK] = (byte) (number >>> (8 * i));
        }
    }

    private int number(long at) {
        int number = 0;
        for (int i = 0; i < 4; i++) {
            number |= (bytes[(int) (at + i) & MASK] & 0xff) << (8 * i);
        }
        return number;
    }

    /** The writer's end: takes what is there now; false if nothing was. */
    boolean take(Taker taker) {
        long at = taken.getPlain();
        long end = written.get();
        if (at == end) {
            return false;
        }
        while (at < end) {
            int log = number(at);
            int length = number(at + 4);
            int from = (int) (at + HEAD) & MASK;
            int first = Math.min(length, SIZE - from);
            taker.line(log, bytes, from, first, length - first);
            at += HEAD + length;
            taken.setRelease(at);
        }
        return true;
    }

    boolean isEmpty() {
        return taken.getPlain() == written.get();
    }
}
