package footplate.proxy.stream;

import java.util.concurrent.atomic.LongAdder;

/** What a stream has done since it listens; counted on many loops, read on any thread. */
public final class StreamCounts {
    final LongAdder accepted = new LongAdder();
    final LongAdder passed = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder open = new LongAdder();

    /**
     * The counts at a moment.
     *
     * @param accepted clients that have come
     * @param passed those that a server was found for
     * @param refused those that were closed without one
     * @param dropped datagrams that were given up: no server, or nobody took them as fast as they came
     * @param open clients that are there
     */
    public record Stand(long accepted, long passed, long refused, long dropped, long open) {}

    public Stand stand() {
        return new Stand(accepted.sum(), passed.sum(), refused.sum(), dropped.sum(), open.sum());
    }
}
