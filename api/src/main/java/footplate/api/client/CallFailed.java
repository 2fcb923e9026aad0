package footplate.api.client;

import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Problem;

/** A call that was not carried out: refused by the other side, or it never got so far. */
public final class CallFailed extends Exception {
    private static final long serialVersionUID = 1L;

    /** Nobody listens on the socket, or there is none. */
    public static final String NOT_RUNNING = "not-running";
    /** The socket is there and may not be used. */
    public static final String UNREACHABLE = "unreachable";
    /** No answer came in time. */
    public static final String NO_ANSWER = "no-answer";
    /** The connection ended before the answer did. */
    public static final String CLOSED = "closed";
    /** What came is no answer of this protocol. */
    public static final String BAD_ANSWER = "bad-answer";

    private final transient ErrorAnswer answer;

    public CallFailed(ErrorAnswer answer) {
        super(answer.problems().getFirst().what(), null, false, false);
        this.answer = answer;
    }

    CallFailed(String code, String where, String what, String mend) {
        this(ErrorAnswer.of(code, new Problem(where, what, mend)));
    }

    /** What the other side said, or what it would have said. */
    public ErrorAnswer answer() {
        return answer;
    }

    /** {@return whether there is simply nobody} */
    public boolean notRunning() {
        return answer.code().equals(NOT_RUNNING);
    }
}
