package footplate.proxy.flow;

/** Something that an app does wrong and its operator should hear of; no mistake of ours. */
public final class AppMistake extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param what a sentence that says which app, what, and how to mend it */
    AppMistake(String what) {
        super(what, null, false, false);
    }
}
