package footplate.core.balance;

/** What the active checks of one server come to: out after {@code fall} bad results in a row, in after {@code rise} good ones. One thread at a time. */
public final class Check {
    private final Server server;
    private final int rise;
    private final int fall;
    private boolean out;
    private int against;

    /**
     * @param rise 1 or more
     * @param fall 1 or more
     * @param startsOut whether it gets no requests before it has passed (nginx: mandatory)
     */
    public Check(Server server, int rise, int fall, boolean startsOut, long nowNanos) {
        if (rise < 1 || fall < 1) {
            throw new IllegalArgumentException("rise " + rise + ", fall " + fall + ": both are 1 or more");
        }
        this.server = server;
        this.rise = rise;
        this.fall = fall;
        this.out = startsOut;
        if (startsOut) {
            server.checked(false, nowNanos);
        }
    }

    /**
     * A check has ended.
     *
     * @return whether the server came in or went out by it
     */
    public boolean ended(boolean passed, long nowNanos) {
        if (passed != out) {
            against = 0;
            return false;
        }
        against++;
        if (against < (out ? rise : fall)) {
            return false;
        }
        against = 0;
        out = !passed;
        server.checked(passed, nowNanos);
        return true;
    }

    public boolean isOut() {
        return out;
    }
}
