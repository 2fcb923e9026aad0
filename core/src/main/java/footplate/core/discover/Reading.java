package footplate.core.discover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a reply says about the name that was asked for. */
public sealed interface Reading {
    /** Longest chain of aliases that is followed. */
    int MOST_ALIASES = 8;

    /** How long an absence lasts that no SOA record tells of, in seconds. */
    long ABSENCE = 5;

    /**
     * Records of the kind asked for.
     *
     * @param ttl seconds: the shortest of them and of the aliases that led there
     */
    record Records(List<Reply.Entry> records, long ttl) implements Reading {}

    /** The name is another's, which has to be asked for. */
    record Elsewhere(String name, long ttl) implements Reading {}

    /** There is none. */
    record Absent(boolean nameExists, long ttl) implements Reading {}

    /** This name server cannot tell; another may. */
    record Unknown(String why) implements Reading {}

    /**
     * Reads a reply.
     *
     * @param name what was asked for; in lower case and without a trailing dot
     * @param kind what was asked for: {@link Reply.Address} or {@link Reply.Server}
     */
    static Reading of(Reply reply, String name, Class<? extends Reply.Entry> kind) {
        if (reply.code() != Reply.FINE && reply.code() != Reply.NO_SUCH_NAME) {
            return new Unknown(reply.codeName());
        }
        var at = name;
        long ttl = Long.MAX_VALUE;
        Set<String> seen = new HashSet<>();
        while (seen.add(at)) {
            var found = new ArrayList<Reply.Entry>();
            Reply.Alias alias = null;
            for (var entry : reply.answers()) {
                if (!entry.name().equals(at)) {
                    continue;
                }
                if (kind.isInstance(entry)) {
                    found.add(entry);
                } else if (entry instanceof Reply.Alias other) {
                    alias = other;
                }
            }
            for (var entry : found) {
                ttl = Math.min(ttl, entry.ttl());
            }
            if (!found.isEmpty()) {
                return new Records(found, ttl);
            }
            if (alias == null) {
                // Where the chain ends in nothing, an NXDOMAIN or a SOA speaks of its last name (RFC 2308 §2.1).
                return at.equals(name) || reply.code() == Reply.NO_SUCH_NAME || hasAuthority(reply)
                        ? new Absent(reply.code() == Reply.FINE, Math.min(ttl, absence(reply)))
                        : new Elsewhere(at, ttl);
            }
            if (seen.size() > MOST_ALIASES) {
                return new Unknown("a chain of more than " + MOST_ALIASES + " aliases");
            }
            ttl = Math.min(ttl, alias.ttl());
            at = alias.target();
        }
        return new Unknown("a circle of aliases");
    }

    private static boolean hasAuthority(Reply reply) {
        return reply.authority().stream().anyMatch(Reply.Authority.class::isInstance);
    }

    /** The smaller of the SOA's own time to live and its minimum (RFC 2308 §5). */
    private static long absence(Reply reply) {
        for (var entry : reply.authority()) {
            if (entry instanceof Reply.Authority(var _, var ttl, var minimum)) {
                return Math.min(ttl, minimum);
            }
        }
        return ABSENCE;
    }
}
