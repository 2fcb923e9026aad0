package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * Which output lines are wanted.
 *
 * @param target an app's name or an instance's id; null or {@code all} for everything
 * @param lines how many of the last lines, in all; 0 to 100,000
 * @param follow whether to go on with new lines until the client closes
 * @param streams which of the app's two streams
 */
public record LogsRequest(@Nullable String target, int lines, boolean follow, Streams streams) implements JsonBody {
    /** Most lines that can be asked for. */
    public static final int MOST_LINES = 100_000;

    /** Which of an app's two output streams. */
    public enum Streams {
        BOTH,
        OUT,
        ERR
    }

    public static LogsRequest read(Fields fields) throws Malformed {
        return new LogsRequest(
                fields.optionalText("target"),
                fields.integer("lines", 0, MOST_LINES),
                fields.flag("follow", false),
                fields.has("streams") ? fields.constant("streams", Streams.values()) : Streams.BOTH);
    }

    @Override
    public void write(JsonOut out) {
        out.text("target", target);
        out.number("lines", lines);
        out.flag("follow", follow);
        out.text("streams", Fields.wireName(streams));
    }
}
