package footplate.core.balance;

import java.time.Duration;

/**
 * When a server that is unlike the others is left out; names, meanings and standards are Envoy's outlier detection.
 *
 * @param consecutive5xx answers of 5xx, or none at all, in a row; 0: such are not counted
 * @param interval how often success rates are compared
 * @param baseEjectionTime how long a server is out the first time; twice as long the second time, and so on
 * @param maxEjectionTime longest time out
 * @param maxEjectionPercent most servers out at once for this reason, of a hundred; one always may be, if it is not the only one
 * @param successRateMinimumHosts fewest servers with enough requests in an interval to compare them
 * @param successRateRequestVolume fewest requests to a server in an interval to compare it
 * @param successRateStdevFactor how many standard deviations below the mean; 0: success rates are not compared
 */
public record OutlierTerms(
        int consecutive5xx,
        Duration interval,
        Duration baseEjectionTime,
        Duration maxEjectionTime,
        int maxEjectionPercent,
        int successRateMinimumHosts,
        int successRateRequestVolume,
        double successRateStdevFactor) {
    /** Envoy's. */
    public static final OutlierTerms STANDARD = new OutlierTerms(
            5, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(300), 10, 5, 100, 1.9);

    public OutlierTerms {
        if (!interval.isPositive()
                || !baseEjectionTime.isPositive()
                || maxEjectionTime.compareTo(baseEjectionTime) < 0) {
            throw new IllegalArgumentException(
                    "interval %s, base ejection time %s, max %s: above 0, and the last no shorter than the one before"
                            .formatted(interval, baseEjectionTime, maxEjectionTime));
        }
        if (consecutive5xx < 0
                || maxEjectionPercent < 0
                || maxEjectionPercent > 100
                || successRateMinimumHosts < 0
                || successRateRequestVolume < 0
                || successRateStdevFactor < 0) {
            throw new IllegalArgumentException("outlier detection: no number is below 0, and no percentage above 100");
        }
    }
}
