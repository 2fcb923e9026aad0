package footplate.core.http;

/** What a reference reader says of a text. */
public sealed interface Verdict<T> {
    /** No continuation is known to be wrong yet, and the end has not come. */
    record Incomplete<T>() implements Verdict<T> {}

    /**
     * Not legal, whatever follows.
     *
     * @param why in words, for a failing test to print
     */
    record Refused<T>(String why) implements Verdict<T> {}

    /**
     * A whole message, or the whole of the part that was asked for.
     *
     * @param end the position behind it
     */
    record Complete<T>(T read, int end) implements Verdict<T> {}
}
