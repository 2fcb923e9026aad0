package footplate.core.name;

/**
 * The number an operator sees for one place in an app's pool, unique in a daemon's life. It survives a crash and the
 * restart that follows; a replacement made by a rolling restart has a number of its own.
 *
 * @param value 0 or more
 */
public record InstanceId(int value) implements Comparable<InstanceId> {
    public InstanceId {
        if (value < 0) {
            throw new IllegalArgumentException("instance number " + value + " is below 0");
        }
    }

    @Override
    public int compareTo(InstanceId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
