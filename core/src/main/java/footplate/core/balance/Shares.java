package footplate.core.balance;

import footplate.core.pool.Load;

/** All servers of one kind with the weights their operator gave them, in or out: what hashes choose by, so that each keeps its keys. Immutable. */
final class Shares {
    final Load[] loads;
    final int[] places;
    private final boolean[] down;
    private final long[] upTo;

    Shares(Server[] servers, int[] places) {
        this.places = places;
        this.loads = new Load[servers.length];
        this.down = new boolean[servers.length];
        this.upTo = new long[servers.length];
        long sum = 0;
        for (int i = 0; i < servers.length; i++) {
            loads[i] = servers[i].load();
            down[i] = servers[i].terms().down();
            sum += servers[i].terms().weight();
            upTo[i] = sum;
        }
    }

    /** The sum of all weights; 0 without servers. */
    long total() {
        return upTo.length == 0 ? 0 : upTo[upTo.length - 1];
    }

    /** The server that has a point, from 0 up to the total. */
    int at(long point) {
        return find(upTo, point);
    }

    /** Claims a place on one. */
    boolean claim(int index, int regard, Tried tried) {
        return !down[index] && !tried.has(loads[index]) && loads[index].claim(regard);
    }

    /** The first whose end is behind the point. */
    static int find(long[] upTo, long point) {
        int low = 0;
        int high = upTo.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (upTo[middle] > point) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
