package footplate.proxy.flow;

import footplate.core.name.RunId;

/** What is passed on as it is: a connection, or the datagrams of an address. All calls come on its loop. */
public interface Passed {
    /** Called about once a second. */
    void tick(long nowMillis);

    /** Ends now. */
    void cut();

    /** Ends now what goes to {@code run}. */
    void cut(RunId run);

    /** How many connections it stands for; always the same. */
    int clients();
}
