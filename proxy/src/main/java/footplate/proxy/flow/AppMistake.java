package footplate.proxy.flow;

import footplate.proxy.rule.OperatorsMistake;

/** Something that an app does wrong and its operator should hear of; no mistake of ours. */
public final class AppMistake extends OperatorsMistake {
    private static final long serialVersionUID = 1L;

    /** @param what a sentence that says which app, what, and how to mend it */
    AppMistake(String what) {
        super(what);
    }
}
