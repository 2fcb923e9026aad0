package footplate.cli.parse;

import footplate.api.v1.Problem;
import java.util.List;

/** A command line that makes no sense, with all that is wrong in it; exit code 2. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public UsageException(List<Problem> problems) {
        super(problems.getFirst().what(), null, false, false);
        this.problems = List.copyOf(problems);
    }

    public UsageException(String where, String what, String mend) {
        this(List.of(new Problem(where, what, mend)));
    }

    public List<Problem> problems() {
        return problems;
    }
}
