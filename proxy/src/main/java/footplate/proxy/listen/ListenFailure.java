package footplate.proxy.listen;

import footplate.core.config.Entry.Binding;

/** A listening address that could not be had. */
public final class ListenFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    public ListenFailure(Binding binding, Reason reason, String detail) {
        super("cannot listen on " + binding + ": " + detail);
        this.reason = reason;
    }

    /** Why not. */
    public enum Reason {
        /** Another program, or another listener of ours, has it (EADDRINUSE). */
        PORT_IN_USE,
        /** Ports below 1024 need a privilege (EACCES). */
        NO_PERMISSION,
        /** This machine has no such address, or it is none (EADDRNOTAVAIL). */
        ADDRESS_NOT_AVAILABLE,
        /** Anything else, as the message says. */
        OTHER
    }

    public Reason reason() {
        return reason;
    }
}
