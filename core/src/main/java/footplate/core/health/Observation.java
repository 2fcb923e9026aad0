package footplate.core.health;

/** What one health check found. */
public sealed interface Observation {
    /** The instance is well. */
    record Passed() implements Observation {}

    /**
     * It is not.
     *
     * @param why in words: {@code "status 503"}, {@code "no answer within 5s"}
     */
    record Failed(String why) implements Observation {}
}
