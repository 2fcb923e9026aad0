package footplate.core.config;

import footplate.core.unit.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a canary: shares of the requests that go to the new release, each for a time.
 *
 * @param steps with rising shares; the last is the whole, and takes no time
 */
public record CanarySteps(List<Step> steps) {
    private static final int WHOLE = 1_000;
    private static final int MOST_STEPS = 50;

    public CanarySteps {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param permille share of the requests, in thousandths; 1 to 1,000
     * @param hold how long at least
     */
    public record Step(int permille, Duration hold) {}

    /**
     * {@code 5%:2m,25%:5m,100%}; a last step of 100 % may be left out. Shares go down to 0.1 %.
     *
     * @return null if {@code text} is no such list, or its shares do not rise
     */
    public static @Nullable CanarySteps parse(String text) {
        var steps = new ArrayList<Step>();
        int before = 0;
        for (var part : text.split(",", -1)) {
            var step = step(part.strip());
            if (step == null || step.permille() <= before || steps.size() == MOST_STEPS) {
                return null;
            }
            before = step.permille();
            steps.add(step);
        }
        if (before < WHOLE) {
            steps.add(new Step(WHOLE, Duration.ZERO));
        }
        return new CanarySteps(steps);
    }

    private static @Nullable Step step(String text) {
        int colon = text.indexOf(':');
        int permille = permille(colon < 0 ? text : text.substring(0, colon));
        var hold = colon < 0 ? java.util.OptionalLong.of(0) : Durations.parseMillis(text.substring(colon + 1));
        boolean whole = permille == WHOLE;
        // A share without a time would be no step; the whole needs none.
        if (permille < 1 || hold.isEmpty() || (colon < 0) != whole) {
            return null;
        }
        return new Step(permille, Duration.ofMillis(hold.getAsLong()));
    }

    private static int permille(String text) {
        if (!text.matches("[0-9]{1,3}(\\.[0-9])?%")) {
            return -1;
        }
        int value = (int) Math.round(Double.parseDouble(text.substring(0, text.length() - 1)) * 10);
        return value > WHOLE ? -1 : value;
    }
}
