package footplate.proxy.body;

/** Who fills or empties a {@link Spool}; called on its loop, and never from within a call of the spool's. */
public interface SpoolUser {
    /**
     * The disk has done something: {@link Spool#next} may have more, {@link Spool#accepts} may say yes, or
     * {@link Spool#trouble} has something to tell.
     */
    void spoolMoved();

    /** A mistake of ours. */
    void crashed(Throwable bug);
}
