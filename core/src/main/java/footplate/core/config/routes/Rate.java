package footplate.core.config.routes;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** So many in so long: {@code 10/s}, {@code 100/m}, {@code 1000/h}. */
public record Rate(int count, Duration per) {
    public Rate {
        if (count < 1 || !per.isPositive()) {
            throw new IllegalArgumentException("rate of %d in %s: both must be above 0".formatted(count, per));
        }
    }

    /** Null if {@code text} is no rate. */
    public static @Nullable Rate parse(String text) {
        if (!text.matches("[1-9][0-9]{0,8}/[smh]")) {
            return null;
        }
        int slash = text.indexOf('/');
        var per = switch (text.charAt(slash + 1)) {
            case 's' -> Duration.ofSeconds(1);
            case 'm' -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        };
        return new Rate(Integer.parseInt(text.substring(0, slash)), per);
    }
}
