package footplate.core.discover;

import java.util.List;

/**
 * What one name server answered to one question.
 *
 * @param code RCODE (RFC 1035 §4.1.1): 0 all is well, 3 there is no such name, others that it cannot tell
 */
public record Reply(int code, List<Entry> answers, List<Entry> authority) {
    public static final int FINE = 0;
    public static final int NO_SUCH_NAME = 3;

    public Reply {
        answers = List.copyOf(answers);
        authority = List.copyOf(authority);
    }

    /** A record; names in lower case and without a trailing dot, times to live in seconds. */
    public sealed interface Entry {
        String name();

        long ttl();
    }

    /** A or AAAA, whichever was asked for. */
    public record Address(String name, long ttl, String address) implements Entry {}

    /** CNAME. */
    public record Alias(String name, long ttl, String target) implements Entry {}

    /** SRV (RFC 2782). */
    public record Server(String name, long ttl, int priority, int weight, int port, String target) implements Entry {}

    /** SOA; {@code minimum} in seconds. */
    public record Authority(String name, long ttl, long minimum) implements Entry {}

    /** The code as name servers' people call it. */
    public String codeName() {
        return switch (code) {
            case FINE -> "NOERROR";
            case 1 -> "FORMERR";
            case 2 -> "SERVFAIL";
            case NO_SUCH_NAME -> "NXDOMAIN";
            case 4 -> "NOTIMP";
            case 5 -> "REFUSED";
            default -> "RCODE " + code;
        };
    }
}
