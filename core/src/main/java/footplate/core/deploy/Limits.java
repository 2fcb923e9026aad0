package footplate.core.deploy;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import java.time.Duration;

/**
 * What a new release is judged by; shares from 0 to 1.
 *
 * @param minRequests fewest requests before it is judged
 * @param maxErrors most errors per request; 1 for any
 * @param errorTolerance how many more per request than the old release
 * @param maxLatency longest 95th percentile; zero for any
 * @param latencyTolerance how much longer than the old release, as a share of its latency
 */
public record Limits(
        int minRequests, double maxErrors, double errorTolerance, Duration maxLatency, double latencyTolerance) {
    /** Nothing is judged, however many requests there are. */
    static final Limits NONE = new Limits(Integer.MAX_VALUE, 1, 1, Duration.ZERO, 1);

    /** As an app's settings say. */
    public static Limits of(Settings settings) {
        var most = settings.text(Setting.MAX_ERROR_RATE);
        return new Limits(
                settings.count(Setting.MIN_REQUESTS),
                most.isEmpty() ? 1 : share(most),
                share(settings.text(Setting.ERROR_TOLERANCE)),
                Duration.ofMillis(settings.millis(Setting.MAX_LATENCY)),
                share(settings.text(Setting.LATENCY_TOLERANCE)));
    }

    private static double share(String percent) {
        return Double.parseDouble(percent.substring(0, percent.length() - 1)) / 100;
    }
}
