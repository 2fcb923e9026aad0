package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;

/**
 * A refusal a person can act on.
 *
 * @param where what it is about: a field, a flag, a file with line, an address
 * @param what what is wrong there; one sentence
 * @param mend what to do about it; empty if there is nothing to do
 */
public record Problem(String where, String what, String mend) implements JsonBody {
    public static Problem read(Fields fields) throws Malformed {
        return new Problem(fields.text("where"), fields.text("what"), fields.text("mend"));
    }

    @Override
    public void write(JsonOut out) {
        out.text("where", where);
        out.text("what", what);
        out.text("mend", mend);
    }
}
