package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import java.util.List;

/**
 * How a start went that failed.
 *
 * @param steps in the order they were taken
 * @param lastOutput the app's last output lines, oldest first, as it wrote them: may hold control characters
 * @param problem what went wrong; one sentence
 * @param cure how to mend it; empty if nobody knows
 */
public record Journey(List<Step> steps, List<String> lastOutput, String problem, String cure) implements JsonBody {
    /**
     * One step of a start.
     *
     * @param name such as {@code detect}, {@code spawn}, {@code wait until it listens}
     * @param tookMs milliseconds; 0 if it was not reached
     * @param outcome {@code done}, {@code failed}, or {@code not reached}
     */
    public record Step(String name, long tookMs, String outcome) implements JsonBody {
        public static final String DONE = "done";
        public static final String FAILED = "failed";
        public static final String NOT_REACHED = "not reached";

        static Step read(Fields fields) throws Malformed {
            return new Step(fields.text("name"), fields.number("tookMs", 0, Long.MAX_VALUE), fields.text("outcome"));
        }

        @Override
        public void write(JsonOut out) {
            out.text("name", name);
            out.number("tookMs", tookMs);
            out.text("outcome", outcome);
        }
    }

    public Journey {
        steps = List.copyOf(steps);
        lastOutput = List.copyOf(lastOutput);
    }

    public static Journey read(Fields fields) throws Malformed {
        return new Journey(
                fields.objects("steps", Step::read),
                fields.texts("lastOutput"),
                fields.text("problem"),
                fields.text("cure"));
    }

    @Override
    public void write(JsonOut out) {
        out.objects("steps", steps);
        out.texts("lastOutput", lastOutput);
        out.text("problem", problem);
        out.text("cure", cure);
    }
}
