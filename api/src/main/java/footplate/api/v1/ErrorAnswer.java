package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last line of a call that failed.
 *
 * @param code one of the constants here; a newer server may send others
 * @param problems at least one, all that were found at once
 * @param journey of the app that did not start; null for any other failure
 */
public record ErrorAnswer(
        String code, List<Problem> problems, @Nullable Journey journey) implements JsonBody {
    /** The line is not a request: not JSON, a field missing or wrong. */
    public static final String BAD_REQUEST = "bad-request";
    /** The request's {@code v} is not spoken here. */
    public static final String WRONG_VERSION = "wrong-version";
    /** There is no such call. */
    public static final String UNKNOWN_CALL = "unknown-call";
    /** The request was read, and what it asks for cannot be: a port taken, a name taken, no such folder. */
    public static final String REFUSED = "refused";
    /** The target names no app and no instance. */
    public static final String NOT_FOUND = "not-found";
    /** The app was started and did not come up; {@link #journey} tells. */
    public static final String START_FAILED = "start-failed";
    /** A new release had taken over, and the one before was put back in its place. */
    public static final String ROLLED_BACK = "rolled-back";
    /** Another deploy of the app is under way. */
    public static final String LOCKED = "locked";
    /** The daemon is on its way out. */
    public static final String STOPPING = "stopping";
    /** A mistake of Footplate's own. */
    public static final String INTERNAL = "internal";

    public ErrorAnswer {
        problems = List.copyOf(problems);
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an error answer names at least one problem");
        }
    }

    public static ErrorAnswer of(String code, Problem problem) {
        return new ErrorAnswer(code, List.of(problem), null);
    }

    /** {@return the answer to a line or body that could not be read} */
    public static ErrorAnswer of(Malformed malformed) {
        return of(BAD_REQUEST, new Problem(malformed.where(), malformed.what(), "See docs/reference/api.md."));
    }

    public static ErrorAnswer read(Fields fields) throws Malformed {
        List<Problem> problems = fields.objects("problems", Problem::read);
        if (problems.isEmpty()) {
            throw new Malformed(fields.at("problems"), "must name at least one problem");
        }
        return new ErrorAnswer(fields.text("code"), problems, fields.optional("journey", Journey::read));
    }

    @Override
    public void write(JsonOut out) {
        out.text("code", code);
        out.objects("problems", problems);
        out.object("journey", journey);
    }
}
