package footplate.core.balance;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who gets a request, of the servers of one upstream or the processes of one app: first its own, and the backups when none of these
 * takes it. Made for each set of servers; what outlives it is in {@link Group}, {@link Server} and {@link footplate.core.pool.Load}.
 *
 * <p>Who has which share is worked out when a server comes in or goes out, or its weight grows, by whoever chooses next. Safe for
 * any thread; never blocks; a choice allocates nothing.
 */
public final class Balancer {
    private final Group group;
    private final Server[] servers;
    private final Side own;
    private final @Nullable Side backup;
    private final int panicPercent;
    private final AtomicReference<Shared> shared;

    /** Servers of one kind. */
    private static final class Side {
        private final Server[] servers;
        private final int[] places;
        private final Policy policy;

        Side(Server[] servers, int[] places, Policy policy) {
            this.servers = servers;
            this.places = places;
            this.policy = policy;
        }
    }

    /**
     * Who has which share, until there is news.
     *
     * @param version of the group's news
     * @param timed whether there is something to do at {@code dueNanos}
     */
    private record Shared(
            int version,
            boolean timed,
            long dueNanos,
            Standing own,
            @Nullable Standing backup) {}

    /**
     * One for these servers.
     *
     * @param servers in their operator's order, all of {@code group}; places in it are what {@link #claim} gives
     * @param panicPercent when fewer of a hundred are in, all are used, in or out (Envoy: healthy_panic_threshold); 0: never
     * @param before what served this group until now; null if nothing did
     * @param nowNanos {@link System#nanoTime}
     */
    public Balancer(Group group, List<Server> servers, int panicPercent, @Nullable Balancer before, long nowNanos) {
        if (panicPercent < 0 || panicPercent > 100) {
            throw new IllegalArgumentException("panic threshold " + panicPercent + " %: from 0 to 100");
        }
        this.group = group;
        this.servers = servers.toArray(Server[]::new);
        this.panicPercent = panicPercent;
        var backups = side(true);
        var others = side(false);
        // Where all are backups there is nobody they stand in for.
        this.own = others.servers.length > 0 ? others : backups;
        this.backup = others.servers.length > 0 && backups.servers.length > 0 ? backups : null;
        group.has(this.servers.length);
        this.shared = new AtomicReference<>(share(before == null ? null : before.shared.get(), nowNanos));
    }

    private Side side(boolean backups) {
        int count = 0;
        var places = new int[servers.length];
        for (int i = 0; i < servers.length; i++) {
            if (servers[i].terms().backup() == backups) {
                places[count++] = i;
            }
        }
        places = Arrays.copyOf(places, count);
        var some = new Server[count];
        for (int i = 0; i < count; i++) {
            some[i] = servers[places[i]];
        }
        return new Side(some, places, Policy.of(group.balance(), some, places));
    }

    /** The servers, in the order that places are counted in. */
    public List<Server> servers() {
        return List.of(servers);
    }

    /**
     * Chooses a server and claims a place on it, as one act.
     *
     * @param asked what methods that go by the request want to know
     * @param chance 64 random bits
     * @param tried where the request has failed already
     * @param preferred the place that a cookie names ({@link StickyCookies#find}), which is taken if it can be; -1 if none does
     * @param nowNanos {@link System#nanoTime}
     * @return the place of the one that was claimed, and whose load gets it back; -1 if none takes a request now
     */
    public int claim(Asked asked, long chance, Tried tried, int preferred, long nowNanos) {
        var now = shared.get();
        if (now.version != group.version() || (now.timed && nowNanos - now.dueNanos >= 0)) {
            now = renew(now, nowNanos);
        }
        int place = preferred;
        if (preferred < 0 || !isClaimed(preferred, now.own.regard, tried)) {
            place = own.policy.claim(now.own, asked, chance, tried, nowNanos);
            if (place < 0 && backup != null && now.backup != null) {
                place = backup.policy.claim(now.backup, asked, chance, tried, nowNanos);
            }
        }
        if (place >= 0) {
            servers[place].chosen(nowNanos);
        }
        return place;
    }

    private boolean isClaimed(int place, int regard, Tried tried) {
        var server = servers[place];
        return !server.terms().down()
                && !tried.has(server.load())
                && server.load().claim(regard);
    }

    /** Whether so few servers are in that all are used. */
    public boolean isInPanic() {
        return shared.get().own.panic;
    }

    private Shared renew(Shared before, long nowNanos) {
        var fresh = share(before, nowNanos);
        return shared.compareAndSet(before, fresh) ? fresh : shared.get();
    }

    private Shared share(@Nullable Shared before, long nowNanos) {
        // Read first: what is told from now on is seen by the next to choose.
        int version = group.version();
        long wait = Long.MAX_VALUE;
        for (var server : servers) {
            wait = Math.min(wait, server.look(nowNanos));
        }
        boolean backupsSuffice = backup != null && !isTooFew(backup) && anyIn(backup);
        return new Shared(
                version,
                wait < Long.MAX_VALUE,
                wait < Long.MAX_VALUE ? nowNanos + wait : 0,
                new Standing(
                        own.servers,
                        own.places,
                        isTooFew(own) && !backupsSuffice,
                        before == null ? null : before.own,
                        nowNanos),
                backup == null
                        ? null
                        : new Standing(
                                backup.servers,
                                backup.places,
                                isTooFew(backup),
                                before == null ? null : before.backup,
                                nowNanos));
    }

    private static boolean anyIn(Side side) {
        for (var server : side.servers) {
            if (server.isIn()) {
                return true;
            }
        }
        return false;
    }

    private boolean isTooFew(Side side) {
        int all = 0;
        int in = 0;
        for (var server : side.servers) {
            all += server.terms().down() ? 0 : 1;
            in += server.isIn() ? 1 : 0;
        }
        return 100L * in < (long) panicPercent * all;
    }
}
