package footplate.core.config.file;

import footplate.core.config.routes.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections or datagrams that are passed on as they are (nginx: stream).
 *
 * @param to where they go; null if only names in {@code sni} are passed on
 * @param sni by the server name that a TLS client asks for, in lower case (RFC 6066 §3)
 * @param idle after so long without a byte they are closed
 * @param proxyProtocol the version of PROXY protocol written ahead; 0: none
 */
public record Stream(
        Listen listen,
        Protocol protocol,
        @Nullable Target to,
        Map<String, Target> sni,
        Duration idle,
        int proxyProtocol) {
    public Stream {
        sni = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(sni));
        if (to == null && sni.isEmpty()) {
            throw new IllegalArgumentException("stream " + listen.describe() + " leads nowhere");
        }
    }

    /** What is passed on. */
    public enum Protocol {
        TCP,
        UDP
    }

    public String describe() {
        return listen.describe() + (protocol == Protocol.UDP ? "/udp" : "/tcp");
    }
}
