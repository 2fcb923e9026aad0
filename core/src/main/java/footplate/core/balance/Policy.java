package footplate.core.balance;

/** One way of choosing among servers. */
interface Policy {
    /**
     * Chooses a server and claims a place on it, as one act.
     *
     * @param standing who has a share
     * @param asked the request
     * @param chance 64 random bits
     * @param tried where the request has failed already
     * @param nowNanos {@link System#nanoTime}
     * @return its place in the upstream's list; -1 if none has a place
     */
    int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos);

    /**
     * The one of a kind.
     *
     * @param servers of one kind, primary or backup
     * @param places their places in the upstream's list
     */
    static Policy of(Balance balance, Server[] servers, int[] places) {
        return switch (balance) {
            case Balance.RoundRobin _ -> new InTurns();
            case Balance.LeastConn _ -> new Least(new Least.Taken());
            case Balance.Random _ -> new ByLot(false);
            case Balance.RandomTwo _ -> new ByLot(true);
            case Balance.IpHash _ -> new ByAddress(new Shares(servers, places));
            case Balance.Hash(var _, boolean consistent) ->
                consistent ? new ByRing(servers, places) : new ByKey(new Shares(servers, places));
            case Balance.LeastTime(var _, boolean peak) -> peak ? new LeastPeak() : new Least(new Averages.Cost());
            case Balance.LeastBusy _ -> new LeastBusy();
        };
    }
}
