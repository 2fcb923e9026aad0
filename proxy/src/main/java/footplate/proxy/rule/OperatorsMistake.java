package footplate.proxy.rule;

/** Something that is not as a configuration says, and that its operator should hear of; no mistake of ours. */
public class OperatorsMistake extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param what a sentence that says where, what, and how to mend it; nothing secret */
    public OperatorsMistake(String what) {
        super(what, null, false, false);
    }
}
