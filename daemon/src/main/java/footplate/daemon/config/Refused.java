package footplate.daemon.config;

import footplate.core.config.Problem;
import java.util.List;

/** What an operator asked for cannot be; nothing has changed. */
public final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;
    private final boolean notFound;

    private Refused(List<Problem> problems, boolean notFound) {
        super(problems.getFirst().toString(), null, false, false);
        this.problems = List.copyOf(problems);
        this.notFound = notFound;
    }

    public Refused(List<Problem> problems) {
        this(problems, false);
    }

    public Refused(String where, String what, String mend) {
        this(List.of(new Problem(where, what, mend)), false);
    }

    /** A target that names nothing. */
    public static Refused notFound(String where, String what, String mend) {
        return new Refused(List.of(new Problem(where, what, mend)), true);
    }

    /** Everything that was wrong; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    public boolean isNotFound() {
        return notFound;
    }
}
