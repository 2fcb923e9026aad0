package footplate.core.balance;

/**
 * {@link Balance.Random} and {@link Balance.RandomTwo} as in nginx ({@code ngx_http_upstream_random_module.c}): lots by weight; of
 * two different servers the one with fewer requests in hand for its weight, the second among equals; after 20 lots in vain whose
 * turn it is.
 */
final class ByLot implements Policy {
    private static final int LOTS = 20;

    /** SplitMix64's step and mix (Steele, Lea, Flood, 2014): more random bits from those that were handed in. */
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private final boolean two;
    private final Policy otherwise = new InTurns();

    ByLot(boolean two) {
        this.two = two;
    }

    @Override
    public int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos) {
        var loads = standing.loads;
        int regard = standing.regard;
        if (loads.length > 1) {
            long bits = chance;
            int first = -1;
            int firstTaken = 0;
            for (int lot = 0; lot <= LOTS; lot++) {
                int index = lot(standing, bits);
                bits = mix(bits + STEP);
                int taken = loads[index].taken(regard);
                if (taken < 0 || index == first || tried.has(loads[index])) {
                    continue;
                }
                if (two && first < 0) {
                    first = index;
                    firstTaken = taken;
                    continue;
                }
                int chosen = two && isMore(standing, index, taken, first, firstTaken) ? first : index;
                if (loads[chosen].claim(regard)) {
                    return standing.places[chosen];
                }
            }
        }
        return otherwise.claim(standing, asked, chance, tried, nowNanos);
    }

    private static boolean isMore(Standing standing, int one, int taken, int other, int otherTaken) {
        return (long) taken * standing.weights[other] > (long) otherTaken * standing.weights[one];
    }

    private static int lot(Standing standing, long bits) {
        var upTo = standing.upTo;
        if (standing.equal) {
            return (int) Math.unsignedMultiplyHigh(bits, upTo.length);
        }
        return Shares.find(upTo, Math.unsignedMultiplyHigh(bits, upTo[upTo.length - 1]));
    }

    private static long mix(long bits) {
        bits = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        bits = (bits ^ bits >>> 27) * 0x94d049bb133111ebL;
        return bits ^ bits >>> 31;
    }
}
