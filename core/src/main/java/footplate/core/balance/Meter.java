package footplate.core.balance;

import footplate.core.pool.Load;

/** What a method measures of a server's answers; kept in {@link Load#estimate}. Safe for any thread. */
interface Meter {
    /** A request is sent there. */
    void chosen(Load load, long failTimeoutNanos, long nowNanos);

    /** It was answered. */
    void answered(Load load, long headerNanos, long lastByteNanos, long nowNanos);

    /** It failed. */
    void failed(Load load, long nowNanos);

    /** What a method needs. */
    static Meter of(Balance balance) {
        return switch (balance) {
            case Balance.LeastTime(var until, boolean peak) -> {
                boolean header = until == Balance.LeastTime.Until.HEADER;
                yield peak ? new Peaks(header) : new Averages(header);
            }
            case Balance.RoundRobin _,
                    Balance.LeastConn _,
                    Balance.Random _,
                    Balance.RandomTwo _,
                    Balance.IpHash _,
                    Balance.Hash _,
                    Balance.LeastBusy _ -> new Nothing();
        };
    }

    /** Nothing is measured. */
    record Nothing() implements Meter {
        @Override
        public void chosen(Load load, long failTimeoutNanos, long nowNanos) {}

        @Override
        public void answered(Load load, long headerNanos, long lastByteNanos, long nowNanos) {}

        @Override
        public void failed(Load load, long nowNanos) {}
    }
}
