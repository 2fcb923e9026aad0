package footplate.core.config;

import org.jspecify.annotations.Nullable;

/** What may be written for those settings that are neither numbers nor choices. */
final class TextSettings {
    private TextSettings() {}

    /** What is wrong with {@code value}; null if nothing is. */
    static @Nullable Problem problem(Setting setting, String value) {
        return switch (setting) {
            case HEALTH -> HealthCheck.problem(value);
            default -> null;
        };
    }
}
