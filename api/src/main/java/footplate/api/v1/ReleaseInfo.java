package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * One release of an app.
 *
 * @param number from 1 up
 * @param code number of the release whose code it runs: its own, or an earlier one's after a reload
 * @param origin where the code came from, in words
 * @param who name of the user who brought it in
 * @param whenMs when, in milliseconds since 1970
 * @param state {@link #SERVES}, {@link #ROLLS_OUT}, {@link #WARM} or {@link #ENDED}
 * @param kept whether it is there to go back to
 * @param ended why it serves no longer, or never did; null if it has not ended
 * @param endedMs when that was seen; null with {@code ended}
 */
public record ReleaseInfo(
        int number,
        int code,
        String origin,
        String who,
        long whenMs,
        String state,
        boolean kept,
        @Nullable String ended,
        @Nullable Long endedMs)
        implements JsonBody {
    /** It answers the app's requests. */
    public static final String SERVES = "serves";
    /** It is on its way, and has not taken over. */
    public static final String ROLLS_OUT = "rolls-out";
    /** Its processes are still there to take over again at once. */
    public static final String WARM = "warm";
    /** {@link #ended} tells why. */
    public static final String ENDED = "ended";

    /** {@return whether it answers the app's requests} */
    public boolean current() {
        return state.equals(SERVES);
    }

    public static ReleaseInfo read(Fields fields) throws Malformed {
        return new ReleaseInfo(
                fields.integer("number", 1, Integer.MAX_VALUE),
                fields.integer("code", 1, Integer.MAX_VALUE),
                fields.text("origin"),
                fields.text("who"),
                fields.number("whenMs", 0, Long.MAX_VALUE),
                fields.text("state"),
                fields.flag("kept"),
                fields.optionalText("ended"),
                fields.optionalNumber("endedMs", 0, Long.MAX_VALUE));
    }

    @Override
    public void write(JsonOut out) {
        out.number("number", number);
        out.number("code", code);
        out.text("origin", origin);
        out.text("who", who);
        out.number("whenMs", whenMs);
        out.text("state", state);
        out.flag("kept", kept);
        out.text("ended", ended);
        out.number("endedMs", endedMs);
    }
}
