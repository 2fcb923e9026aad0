package footplate.core.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Dates as HTTP writes them (RFC 9110 §5.6.7): {@code Sun, 06 Nov 1994 08:49:37 GMT}, and as it reads them. */
public final class HttpDate {
    private static final DateTimeFormatter FIXED = form("EEE, dd MMM uuuu HH:mm:ss 'GMT'");
    private static final DateTimeFormatter RFC_850 = form("EEEE, dd-MMM-uuuu HH:mm:ss 'GMT'");
    private static final DateTimeFormatter ASCTIME = form("EEE MMM ppd HH:mm:ss uuuu");

    /** Digits of a year that RFC 850 leaves out, the likeliest first: the day of the week fits one of them alone. */
    private static final String[] CENTURIES = {"20", "19", "21"};

    private HttpDate() {}

    private static DateTimeFormatter form(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    public static String print(Instant instant) {
        return FIXED.format(instant);
    }

    /** The instant that {@code text} means; null if it is no date in one of the three forms that have to be understood. */
    public static @Nullable Instant parse(String text) {
        int comma = text.indexOf(',');
        if (comma < 0) {
            return parse(ASCTIME, text);
        }
        int year = text.lastIndexOf('-') + 1;
        if (year == 0) {
            return parse(FIXED, text);
        }
        for (var century : CENTURIES) {
            var instant = parse(RFC_850, text.substring(0, year) + century + text.substring(year));
            if (instant != null) {
                return instant;
            }
        }
        return null;
    }

    private static @Nullable Instant parse(DateTimeFormatter form, String text) {
        try {
            return Instant.from(form.parse(text));
        } catch (DateTimeException notADate) {
            return null;
        }
    }
}
