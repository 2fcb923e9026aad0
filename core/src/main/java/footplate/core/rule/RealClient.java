package footplate.core.rule;

import footplate.core.config.routes.Rules;
import footplate.core.http.FieldValues;
import footplate.core.http.RequestHead;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is by the word of proxies that are trusted (nginx: set_real_ip_from, real_ip_header, real_ip_recursive on). Immutable.
 */
final class RealClient {
    private static final String PROTO = "X-Forwarded-Proto";

    /** Most addresses that are looked at: a client may write what it likes before them. */
    private static final int MOST = 64;

    private final Networks trusted;
    private final String header;
    private final boolean forwarded;

    RealClient(Rules.RealIp rule) {
        this.trusted = new Networks(rule.from());
        this.header = rule.header();
        this.forwarded = rule.header().toLowerCase(Locale.ROOT).equals("forwarded");
    }

    /** Whether what {@code peer} says of its client is taken. */
    boolean trusts(ClientAddress peer) {
        return trusted.has(peer);
    }

    /**
     * The client's address: walked from the right, the first that is no trusted proxy's. Where a word is no address, the last one before it
     * counts: it is all that is known for certain.
     *
     * @param peer who has connected, and is trusted
     */
    ClientAddress address(RequestHead head, ClientAddress peer) {
        var client = peer;
        var lines = FieldValues.of(head, header);
        int left = MOST;
        for (int line = lines.size() - 1; line >= 0; line--) {
            var value = lines.get(line);
            int end = value.length();
            while (end >= 0 && left-- > 0) {
                int comma = value.lastIndexOf(',', end - 1);
                var told = node(value.substring(comma + 1, end).strip());
                if (told == null) {
                    return client;
                }
                client = told;
                if (!trusted.has(told)) {
                    return client;
                }
                end = comma;
            }
        }
        return client;
    }

    private @Nullable ClientAddress node(String text) {
        if (!forwarded) {
            return ClientAddress.parseNode(text);
        }
        for (var pair : text.split(";", -1)) {
            var stripped = pair.strip();
            if (stripped.regionMatches(true, 0, "for=", 0, 4)) {
                var node = stripped.substring(4);
                boolean quoted = node.length() > 1 && node.startsWith("\"") && node.endsWith("\"");
                return ClientAddress.parseNode(quoted ? node.substring(1, node.length() - 1) : node);
            }
        }
        return null;
    }

    /** How the client came to the nearest proxy, which is trusted: {@code http} or {@code https}; null if it does not say. */
    static @Nullable String scheme(RequestHead head) {
        var lines = FieldValues.of(head, PROTO);
        if (lines.isEmpty()) {
            return null;
        }
        var value = lines.getLast();
        var last = value.substring(value.lastIndexOf(',') + 1).strip().toLowerCase(Locale.ROOT);
        return List.of("http", "https").contains(last) ? last : null;
    }
}
