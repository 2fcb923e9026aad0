package footplate.core.discover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Several replies put together to one answer. */
public final class Gathered {
    /** RFC 2782: a service with this target is decidedly not there. */
    public static final String NO_TARGET = "";

    private Gathered() {}

    /**
     * A host's. One family that has addresses suffices: many name servers fail over the other.
     *
     * @param four what was read of A
     * @param six what was read of AAAA
     */
    public static Answer ofHost(Reading four, Reading six, int port) {
        var found = new ArrayList<Found>();
        long ttl = Long.MAX_VALUE;
        for (var reading : List.of(four, six)) {
            if (reading instanceof Reading.Records(var records, var shortest)) {
                ttl = Math.min(ttl, shortest);
                for (var entry : records) {
                    if (entry instanceof Reply.Address address) {
                        found.add(new Found(address.address(), port, 1, false));
                    }
                }
            }
        }
        if (!found.isEmpty()) {
            return new Answer.Servers(found, Duration.ofSeconds(ttl));
        }
        boolean exists = false;
        for (var reading : List.of(four, six)) {
            switch (reading) {
                case Reading.Unknown(var why) -> {
                    return new Answer.Silence(why);
                }
                case Reading.Elsewhere(var name, var _) -> {
                    return new Answer.Silence("the chain of aliases does not end at " + name);
                }
                case Reading.Absent(var nameExists, var shortest) -> {
                    exists |= nameExists;
                    ttl = Math.min(ttl, shortest);
                }
                case Reading.Records _ -> exists = true;
            }
        }
        return new Answer.Nobody(exists, Duration.ofSeconds(ttl));
    }

    /**
     * A service's. The servers of the lowest priority are the first choice, those of others are backups (nginx does so too).
     *
     * @param ttl of the SRV records, in seconds
     * @param hosts what the targets' names came to
     */
    public static Answer ofService(List<Reply.Entry> records, long ttl, Map<String, Answer> hosts) {
        int first = Integer.MAX_VALUE;
        for (var entry : records) {
            if (entry instanceof Reply.Server server && !server.target().equals(NO_TARGET)) {
                first = Math.min(first, server.priority());
            }
        }
        var found = new ArrayList<Found>();
        String silent = null;
        long shortest = ttl;
        for (var entry : records) {
            if (!(entry instanceof Reply.Server server) || server.port() == 0) {
                continue;
            }
            switch (hosts.get(server.target())) {
                case Answer.Servers(var servers, var time) -> {
                    shortest = Math.min(shortest, time.toSeconds());
                    for (var host : servers) {
                        found.add(new Found(
                                host.address(),
                                server.port(),
                                Math.max(1, server.weight()),
                                server.priority() > first));
                    }
                }
                case Answer.Silence(var why, var _) -> silent = server.target() + ": " + why;
                case Answer.Nobody(var _, var time) -> shortest = Math.min(shortest, time.toSeconds());
                case null -> {}
            }
        }
        if (silent != null) {
            return new Answer.Silence(silent, found);
        }
        return found.isEmpty()
                ? new Answer.Nobody(true, Duration.ofSeconds(shortest))
                : new Answer.Servers(found, Duration.ofSeconds(shortest));
    }
}
