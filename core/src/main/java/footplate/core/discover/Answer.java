package footplate.core.discover;

import java.time.Duration;
import java.util.List;

/** What asking came to. */
public sealed interface Answer {
    /** Most servers of one name; those beyond, in their order, are left out. */
    int MOST = 1_024;

    /**
     * There are servers.
     *
     * @param servers in their natural order, each once: name servers change it at will
     * @param ttl for how long, as the records say
     */
    record Servers(List<Found> servers, Duration ttl) implements Answer {
        public Servers {
            servers = servers.stream().distinct().sorted().limit(MOST).toList();
            if (servers.isEmpty()) {
                throw new IllegalArgumentException("an answer of no servers is Nobody");
            }
        }
    }

    /**
     * There is none, and a name server says so.
     *
     * @param nameExists whether the name is there, without such records (NODATA), or is not (NXDOMAIN)
     * @param ttl for how long (RFC 2308 §5)
     */
    record Nobody(boolean nameExists, Duration ttl) implements Answer {
        /** In words. */
        public String why() {
            return nameExists ? "it has no address" : "there is no such name";
        }
    }

    /**
     * No name server could tell.
     *
     * @param why of the last one that was asked
     * @param some servers that are known all the same, as the rest could not be asked for; mostly none
     */
    record Silence(String why, List<Found> some) implements Answer {
        public Silence {
            some = some.stream().distinct().sorted().limit(MOST).toList();
        }

        public Silence(String why) {
            this(why, List.of());
        }
    }
}
