package footplate.core.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates as HTTP writes them (RFC 9110 §5.6.7): {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
public final class HttpDate {
    private static final DateTimeFormatter FIXED = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC)
            .withResolverStyle(ResolverStyle.STRICT);

    private HttpDate() {}

    public static String print(Instant instant) {
        return FIXED.format(instant);
    }

    /** The instant that {@code text} means; null if it is no date in the form that senders must use. */
    public static @Nullable Instant parse(String text) {
        try {
            return Instant.from(FIXED.parse(text));
        } catch (DateTimeException notADate) {
            return null;
        }
    }
}
