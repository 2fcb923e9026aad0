package footplate.core.name;

/**
 * One run of one process: an instance that crashed and came back has the same {@link InstanceId} and another RunId, so
 * that news of a process that is gone can never be taken for news of its successor. Later runs have higher numbers.
 */
public record RunId(long value) implements Comparable<RunId> {
    @Override
    public int compareTo(RunId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
