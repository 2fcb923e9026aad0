package footplate.core.balance;

import footplate.core.config.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How requests are shared out among the servers of one upstream, as its operator names it. */
public sealed interface Balance {
    /** As an operator writes it; {@link #read} takes it back. */
    String text();

    /** In turns, by weight: nginx's smooth weighted round robin. */
    record RoundRobin() implements Balance {
        @Override
        public String text() {
            return "round_robin";
        }
    }

    /** The fewest requests in hand for its weight (nginx: least_conn). */
    record LeastConn() implements Balance {
        @Override
        public String text() {
            return "least_conn";
        }
    }

    /** By lot, by weight (nginx: random). */
    record Random() implements Balance {
        @Override
        public String text() {
            return "random";
        }
    }

    /** Two by lot, and of these the one with fewer requests in hand for its weight (nginx: random two least_conn). */
    record RandomTwo() implements Balance {
        @Override
        public String text() {
            return "random_two";
        }
    }

    /** By the client's network: the first three octets of an IPv4 address, or a whole IPv6 address (nginx: ip_hash). */
    record IpHash() implements Balance {
        @Override
        public String text() {
            return "ip_hash";
        }
    }

    /**
     * By a key (nginx: hash).
     *
     * @param key text with variables, such as {@code $request_uri}; filled in by whoever asks
     * @param consistent by a ring, so that a server more or less moves only its own share of the keys
     */
    record Hash(String key, boolean consistent) implements Balance {
        @Override
        public String text() {
            return "hash: \"" + key + "\"" + (consistent ? " consistent" : "");
        }
    }

    /**
     * The least time an answer is likely to take, with what is in hand there, for its weight (nginx: least_time).
     *
     * @param until which part of an answer's time counts
     * @param peak whether a slow answer counts at once and is forgotten slowly (Finagle: Peak EWMA), in place of nginx's average
     */
    record LeastTime(Until until, boolean peak) implements Balance {
        /** Up to where an answer's time is taken. */
        public enum Until {
            HEADER,
            LAST_BYTE
        }

        @Override
        public String text() {
            return "least_time: " + (until == Until.HEADER ? "header" : "last_byte") + (peak ? " peak" : "");
        }
    }

    /** The fewest requests in hand, the first named among equals, whatever the weights: Passenger's rule. */
    record LeastBusy() implements Balance {
        @Override
        public String text() {
            return "least_busy_first";
        }
    }

    /**
     * Reads {@code least_conn}, {@code hash: "$request_uri" consistent}, {@code least_time: header} and their like; nginx's own
     * writing ({@code hash $request_uri consistent}, {@code random two}) is understood too.
     *
     * @param where the place it is written at, for messages
     * @param problems takes what is wrong
     * @return null if something is
     */
    static @Nullable Balance read(String where, String text, List<Problem> problems) {
        return new BalanceText(where, problems).read(text.strip());
    }
}
