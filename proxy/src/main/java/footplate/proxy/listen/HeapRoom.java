package footplate.proxy.listen;

/**
 * How many connections the heap has room for. By their number and not by what is in use: that has garbage in it, and a JVM that has run
 * out does not come back (ADR 12).
 *
 * @param bytes of the heap that connections may take
 */
record HeapRoom(long bytes) {
    /**
     * What one takes that is not parked, with its request, its connection to a process and what the collector needs besides. Measured: 2.1
     * KB with an unfinished head, 3.3 KB with a request in an app's hands, 3.6 KB as a tunnel.
     */
    static final int AWAKE = 4_096;

    static final int PARKED = 256;

    /** What the rest of a daemon takes at the most, the cache of files and the youngest objects included. */
    private static final long OTHERS = 20L << 20;

    /** Of a heap that may grow to {@code most} bytes, as {@link Runtime#maxMemory} has it: less one survivor space than -Xmx. */
    static HeapRoom of(long most) {
        return new HeapRoom(Math.max(0, Math.min(most - OTHERS, most / 3 * 2)));
    }

    boolean holds(int awake, int parked) {
        return (long) awake * AWAKE + (long) parked * PARKED <= bytes;
    }
}
