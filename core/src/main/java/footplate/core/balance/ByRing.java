package footplate.core.balance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * {@link Balance.Hash} on a ring, as in nginx ({@code hash … consistent}) and Cache::Memcached::Fast with {@code ketama_points=160}:
 * each server has 160 points for each unit of its weight, each the CRC-32 of its host, a zero, its port and the point before; a
 * key belongs to the first point at or after its own CRC-32. Where that server takes no request, the next point's does, 20
 * times; after that, and without a key, whose turn it is.
 */
final class ByRing implements Policy {
    private static final int POINTS = 160;
    private static final int TRIES = 20;

    private final Shares shares;
    private final Policy otherwise = new InTurns();
    // Points as numbers without a sign, in order, and whose they are.
    private final int[] points;
    private final int[] owners;

    ByRing(Server[] servers, int[] places) {
        this.shares = new Shares(servers, places);
        var drawn = new long[(int) Math.min(shares.total() * POINTS, Integer.MAX_VALUE - 8)];
        int count = 0;
        for (int i = 0; i < servers.length; i++) {
            count = draw(servers[i], i, drawn, count);
        }
        // Sorted by point and then by server: of two with the same point the first named has it.
        Arrays.sort(drawn);
        int distinct = 0;
        var allPoints = new int[count];
        var allOwners = new int[count];
        for (int i = 0; i < count; i++) {
            int point = (int) (drawn[i] >>> 31);
            if (distinct == 0 || allPoints[distinct - 1] != point) {
                allPoints[distinct] = point;
                allOwners[distinct++] = (int) (drawn[i] & Integer.MAX_VALUE);
            }
        }
        this.points = Arrays.copyOf(allPoints, distinct);
        this.owners = Arrays.copyOf(allOwners, distinct);
    }

    private static int draw(Server server, int index, long[] drawn, int from) {
        int base = base(server.name());
        int before = 0;
        int most = Math.min(from + server.terms().weight() * POINTS, drawn.length);
        int at = from;
        for (; at < most; at++) {
            int sum = base;
            for (int shift = 0; shift < 32; shift += 8) {
                sum = Crc32.add(sum, before >>> shift & 0xff);
            }
            before = Crc32.end(sum);
            drawn[at] = (before & 0xffff_ffffL) << 31 | index;
        }
        return at;
    }

    /** The sum over host, zero and port; a socket's path is all host. */
    private static int base(String name) {
        var host = name;
        var port = "";
        if (name.toLowerCase(Locale.ROOT).startsWith("unix:")) {
            host = name.substring(5);
        } else {
            int colon = name.length() - 1;
            while (colon >= 0 && name.charAt(colon) >= '0' && name.charAt(colon) <= '9') {
                colon--;
            }
            if (colon >= 0 && name.charAt(colon) == ':') {
                host = name.substring(0, colon);
                port = name.substring(colon + 1);
            }
        }
        int sum = Crc32.add(Crc32.START, host.getBytes(StandardCharsets.UTF_8));
        return Crc32.add(Crc32.add(sum, 0), port.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int claim(Standing standing, Asked asked, long chance, Tried tried, long nowNanos) {
        var key = asked.key();
        if (shares.loads.length > 1 && key.length > 0) {
            int at = find(Crc32.of(key));
            for (int tries = 0; tries <= TRIES; tries++) {
                at = at == points.length ? 0 : at;
                int index = owners[at++];
                if (shares.claim(index, standing.regard, tried)) {
                    return shares.places[index];
                }
            }
        }
        return otherwise.claim(standing, asked, chance, tried, nowNanos);
    }

    /** The first point that is not before a hash; their number if none is. */
    private int find(int hash) {
        int low = 0;
        int high = points.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Integer.compareUnsigned(points[middle], hash) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
