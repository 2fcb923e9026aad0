package footplate.core.rule;

import footplate.core.config.routes.Network;
import java.util.List;

/** Some networks, to be asked whether an address is in one of them. Immutable. */
final class Networks {
    private final byte[][] starts;
    private final int[] prefixes;

    Networks(List<Network> networks) {
        starts = new byte[networks.size()][];
        prefixes = new int[networks.size()];
        for (int i = 0; i < starts.length; i++) {
            var bytes = networks.get(i).bytes();
            starts[i] = new byte[bytes.size()];
            for (int at = 0; at < starts[i].length; at++) {
                starts[i][at] = bytes.get(at).byteValue();
            }
            prefixes[i] = networks.get(i).prefix();
        }
    }

    boolean isEmpty() {
        return starts.length == 0;
    }

    boolean has(ClientAddress address) {
        return narrowest(address) >= 0;
    }

    /** Bits of the narrowest network that an address is in; -1 if it is in none. */
    int narrowest(ClientAddress address) {
        var bytes = address.bytes();
        int narrowest = -1;
        for (int i = 0; i < starts.length; i++) {
            if (prefixes[i] > narrowest && starts[i].length == bytes.length && begins(bytes, starts[i], prefixes[i])) {
                narrowest = prefixes[i];
            }
        }
        return narrowest;
    }

    private static boolean begins(byte[] bytes, byte[] start, int prefix) {
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != start[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || (bytes[whole] ^ start[whole]) >> (8 - rest) == 0;
    }
}
