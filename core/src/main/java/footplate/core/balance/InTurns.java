package footplate.core.balance;

/** {@link Balance.RoundRobin}, and what hashes and lots fall back on when they have found nobody: whose turn it is, of those that have a place. */
final class InTurns implements Policy {
    private static final int FEW = 8;
    private static final int MOST = 4_096;

    @Override
    public int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos) {
        var turns = standing.turns;
        if (turns == null) {
            return -1;
        }
        int round = Math.min(turns.round(), MOST);
        for (int turn = 0; turn < round; turn++) {
            if (turn == FEW && !standing.hasPlace(tried)) {
                return -1;
            }
            int index = turns.next();
            if (claimed(standing, index, tried)) {
                return standing.places[index];
            }
        }
        int from = turns.next();
        for (int i = 0; i < standing.loads.length; i++) {
            int index = (from + i) % standing.loads.length;
            if (claimed(standing, index, tried)) {
                return standing.places[index];
            }
        }
        return -1;
    }

    private static boolean claimed(Standing standing, int index, Tried tried) {
        var load = standing.loads[index];
        return !tried.has(load) && load.claim(standing.regard);
    }
}
