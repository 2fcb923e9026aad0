package footplate.core.route;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How an app's requests are shared out between the running release and a canary. Each user has a place from 0 to 999, by
 * a cookie of ours or by a request header; the canary gets those below its share, so that a share that grows moves users
 * to the new side and never back.
 */
public final class Split {
    /** The cookie that keeps a user's place. */
    public static final String COOKIE = "footplate-place";

    /** Places there are. */
    public static final int PLACES = 1_000;

    private final int permille;
    private final boolean byCookie;
    private final @Nullable String stickyHeader;
    private final @Nullable String forcingHeader;
    private final @Nullable String forcingCookie;

    /**
     * As an app's settings say.
     *
     * @param permille the canary's share, 0 to 1,000
     */
    public Split(int permille, Settings settings) {
        this.permille = permille;
        var sticky = settings.text(Setting.STICKY);
        this.byCookie = sticky.equals("cookie");
        this.stickyHeader = sticky.startsWith("header:") ? sticky.substring("header:".length()) : null;
        this.forcingHeader = named(settings.text(Setting.CANARY_HEADER));
        this.forcingCookie = named(settings.text(Setting.CANARY_COOKIE));
    }

    private static @Nullable String named(String name) {
        return name.isEmpty() ? null : name;
    }

    /** What the data plane knows of a request. */
    public interface Asked {
        /** The value of a request header; null if it is not there. */
        @Nullable
        String header(String name);

        /** The value of a cookie; null if it is not there. */
        @Nullable
        String cookie(String name);

        /** A place at random, 0 to 999. */
        int anyPlace();
    }

    /**
     * Which side a request is for.
     *
     * @param fresh the canary
     * @param newPlace the place that its user is to keep by {@link #COOKIE}; -1 if there is nothing to keep
     */
    public record Side(boolean fresh, int newPlace) {}

    private static final Side NONE = new Side(false, -1);

    /** The side of a request. */
    public Side of(Asked request) {
        if (forcingHeader != null) {
            var forced = forced(request.header(forcingHeader));
            if (forced != null) {
                return forced;
            }
        }
        if (forcingCookie != null) {
            var forced = forced(request.cookie(forcingCookie));
            if (forced != null) {
                return forced;
            }
        }
        if (permille == 0) {
            return NONE;
        }
        if (stickyHeader != null) {
            var value = request.header(stickyHeader);
            return side(value == null ? request.anyPlace() : place(value), false);
        }
        if (!byCookie) {
            return side(request.anyPlace(), false);
        }
        int kept = number(request.cookie(COOKIE));
        return kept >= 0 ? side(kept, false) : side(request.anyPlace(), true);
    }

    private static @Nullable Side forced(@Nullable String value) {
        if (value == null) {
            return null;
        }
        return switch (value) {
            case "always" -> new Side(true, -1);
            case "never" -> new Side(false, -1);
            default -> null;
        };
    }

    private Side side(int place, boolean isNew) {
        return new Side(place < permille, isNew ? place : -1);
    }

    private static int number(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > 3) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** The place of a header's value: the same for the same value; spread evenly (FNV-1a, mixed once more). */
    private static int place(String value) {
        int hash = 0x811c9dc5;
        for (byte b : value.getBytes(StandardCharsets.ISO_8859_1)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        hash ^= hash >>> 15;
        hash *= 0x2c1b3c6d;
        hash ^= hash >>> 12;
        return Integer.remainderUnsigned(hash, PLACES);
    }
}
