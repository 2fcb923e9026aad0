package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two releases.
 *
 * @param differences settings first, then variables of the environment
 */
public record Differences(List<Difference> differences) implements JsonBody {
    public Differences {
        differences = List.copyOf(differences);
    }

    /**
     * One difference.
     *
     * @param what name of the setting or variable
     * @param variable whether it is a variable; its values are never told
     * @param before null if there was none; of a variable {@code ***}
     * @param after null if there is none; of a variable {@code ***}
     */
    public record Difference(
            String what,
            boolean variable,
            @Nullable String before,
            @Nullable String after) implements JsonBody {
        public static Difference read(Fields fields) throws Malformed {
            return new Difference(
                    fields.text("what"),
                    fields.flag("variable"),
                    fields.optionalText("before"),
                    fields.optionalText("after"));
        }

        @Override
        public void write(JsonOut out) {
            out.text("what", what);
            out.flag("variable", variable);
            out.text("before", before);
            out.text("after", after);
        }
    }

    public static Differences read(Fields fields) throws Malformed {
        return new Differences(fields.objects("differences", Difference::read));
    }

    @Override
    public void write(JsonOut out) {
        out.objects("differences", differences);
    }
}
