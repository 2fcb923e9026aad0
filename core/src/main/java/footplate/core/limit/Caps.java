package footplate.core.limit;

import footplate.core.config.Setting;
import footplate.core.config.Settings;

/**
 * What the kernel itself keeps one process of an app, with all it has started, from having.
 *
 * @param memory bytes; who wants more is killed; 0: any
 * @param cpu percent of one core; who wants more waits; 0: any
 */
public record Caps(long memory, int cpu) {
    /** None. */
    public static final Caps NONE = new Caps(0, 0);

    /** Those that an app's settings, joined with the server's, name. */
    public static Caps of(Settings settings) {
        var cpu = settings.text(Setting.MAX_CPU);
        return new Caps(
                settings.bytes(Setting.MAX_MEMORY_HARD),
                cpu.isEmpty() ? 0 : Integer.parseInt(cpu.substring(0, cpu.length() - 1)));
    }

    /** Whether there is anything to keep to. */
    public boolean any() {
        return memory > 0 || cpu > 0;
    }
}
