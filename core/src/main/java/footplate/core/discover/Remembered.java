package footplate.core.discover;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a name that requests ask for as they come.
 *
 * @param answer the last one, or the last that told anything
 * @param untilMillis how long it is to be believed
 * @param againMillis nobody is asked before this time, as the last question was in vain
 */
public record Remembered(Answer answer, long untilMillis, long againMillis) {
    /** For so long servers are used whose time is over, while they are asked for again. */
    public static final Duration STALE = Duration.ofSeconds(30);

    /** For so long servers are used whose time is over, where no name server can tell (RFC 8767 §5). */
    public static final Duration OUTAGE = Duration.ofDays(1);

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(60);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** What to do with it. */
    public enum Use {
        /** It is the answer. */
        AT_ONCE,
        /** It is the answer, and is asked for again meanwhile. */
        AT_ONCE_AND_ASK,
        /** It has to be asked for first. */
        ASK
    }

    /** What to do with it now. */
    public Use use(long nowMillis) {
        if (nowMillis < untilMillis || nowMillis < againMillis) {
            return Use.AT_ONCE;
        }
        return answer instanceof Answer.Servers && nowMillis < untilMillis + STALE.toMillis()
                ? Use.AT_ONCE_AND_ASK
                : Use.ASK;
    }

    /**
     * What is known after an answer.
     *
     * @param before what was known; null: nothing
     */
    public static Remembered after(@Nullable Remembered before, Answer answer, long nowMillis) {
        return switch (answer) {
            case Answer.Servers(var _, var ttl) -> new Remembered(answer, nowMillis + bounded(ttl, LONGEST), 0);
            case Answer.Nobody(var _, var ttl) -> new Remembered(answer, nowMillis + bounded(ttl, LONGEST_ABSENCE), 0);
            case Answer.Silence silence ->
                before != null
                                && before.answer instanceof Answer.Servers
                                && nowMillis < before.untilMillis + OUTAGE.toMillis()
                        ? new Remembered(before.answer, before.untilMillis, nowMillis + AFTER_FAILURE.toMillis())
                        : partly(silence, nowMillis);
        };
    }

    private static Remembered partly(Answer.Silence silence, long nowMillis) {
        var known = silence.some().isEmpty() ? silence : new Answer.Servers(silence.some(), SHORTEST);
        return new Remembered(known, nowMillis + SHORTEST.toMillis(), 0);
    }

    private static long bounded(Duration asked, Duration longest) {
        return Math.min(longest.toMillis(), Math.max(SHORTEST.toMillis(), asked.toMillis()));
    }
}
