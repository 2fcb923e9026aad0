package footplate.daemon.os;

import footplate.core.config.Problem;

/** A process that could not be started, for a reason the operator can mend. */
public final class SpawnFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /**
     * @param where the program, folder or file
     * @param what what is wrong with it
     * @param mend what to do about it, a whole sentence
     */
    public SpawnFailure(String where, String what, String mend) {
        this(new Problem(where, what, mend));
    }

    private SpawnFailure(Problem problem) {
        super(problem.toString());
        this.problem = problem;
    }

    /** What is wrong, where, and how to mend it. */
    public Problem problem() {
        return problem;
    }
}
