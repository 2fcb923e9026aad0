package footplate.core.config;

import footplate.core.unit.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What memory the process that serves was given, and so what settings can ask for: the one place that knows the share of each. What
 * is more would not be had when it is needed, and end the process.
 *
 * @param heap most bytes of the JVM's heap
 * @param direct most bytes of its memory outside of that
 */
public record GivenMemory(long heap, long direct) {
    private static final long MB = 1 << 20;

    /** The most of a setting, in whole megabytes; {@link Long#MAX_VALUE} where it asks for no memory. */
    private long most(Setting setting) {
        return switch (setting) {
            case CONNECTION_MEMORY -> whole(direct);
            // The other half is for what is on its way through it.
            case BUFFER_MEMORY_TOTAL -> whole(direct / 2);
            // Everything else is on the heap as well.
            case FILE_CACHE -> whole(heap / 4);
            default -> Long.MAX_VALUE;
        };
    }

    private static long whole(long bytes) {
        return bytes < MB ? bytes : bytes / MB * MB;
    }

    /** What is wrong with a value that is one of the setting's; null if there is memory for it. */
    public @Nullable Problem problem(Setting setting, Settings settings) {
        long most = most(setting);
        if (most == Long.MAX_VALUE || settings.bytes(setting) <= most) {
            return null;
        }
        return new Problem(
                setting.label(),
                "'%s' is more than there is: %s"
                        .formatted(
                                settings.text(setting),
                                switch (setting) {
                                    case FILE_CACHE ->
                                        "files may take a quarter of the JVM's heap of " + Sizes.print(whole(heap));
                                    case BUFFER_MEMORY_TOTAL ->
                                        "bodies may take half of the JVM's direct memory of "
                                                + Sizes.print(whole(direct));
                                    default -> "the JVM has " + Sizes.print(whole(direct)) + " of direct memory";
                                }),
                "Write %s or less, or give the JVM more (%s)."
                        .formatted(
                                Sizes.print(most),
                                setting == Setting.FILE_CACHE
                                        ? "FOOTPLATE_HEAP=256m, say, in its environment"
                                        : "-XX:MaxDirectMemorySize in the file 'footplate'"));
    }

    /** What is wrong with the settings that were chosen. */
    public List<Problem> problems(Settings settings) {
        var problems = new ArrayList<Problem>();
        within(settings, problems::add);
        return problems;
    }

    /**
     * The settings without those there is no memory for: they have their defaults then.
     *
     * @param tell takes what is wrong with each
     */
    public Settings within(Settings settings, Consumer<Problem> tell) {
        var within = settings;
        for (var setting : Setting.values()) {
            var wrong = settings.chosen().containsKey(setting) ? problem(setting, settings) : null;
            if (wrong != null) {
                tell.accept(wrong);
                within = within.without(setting);
            }
        }
        return within;
    }
}
