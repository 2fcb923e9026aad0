package footplate.core.discover;

/**
 * One server that a name leads to.
 *
 * @param address numeric IP address
 * @param weight its share of the requests beside the others'; 1 or more
 * @param backup whether it is for when the others are gone (SRV: of a priority behind the first)
 */
public record Found(String address, int port, int weight, boolean backup) implements Comparable<Found> {
    public Found {
        if (port < 1 || port > 65_535 || weight < 1) {
            throw new IllegalArgumentException("server %s: port %d, weight %d".formatted(address, port, weight));
        }
    }

    /** {@code 10.0.0.5:80} or {@code [::1]:80}. */
    public String place() {
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
    }

    @Override
    public int compareTo(Found other) {
        int byAddress = address.compareTo(other.address);
        if (byAddress != 0) {
            return byAddress;
        }
        int byPort = Integer.compare(port, other.port);
        int byWeight = byPort != 0 ? byPort : Integer.compare(weight, other.weight);
        return byWeight != 0 ? byWeight : Boolean.compare(backup, other.backup);
    }
}
