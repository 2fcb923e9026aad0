package footplate.proxy.flow;

/** A client's connection that was put aside with as little as can be, because nothing comes on it. All calls come on its loop. */
public interface ParkedClient {
    /** Whether it has been idle for too long. */
    boolean isOver(long nowMillis);

    /** Makes of it what it was; if its connection is broken it is closed. Either is told to the loop. */
    void wake();

    /** Closes it; the loop knows. */
    void close();
}
