package footplate.proxy.flow;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.proxy.access.LogPlaces;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What the data plane is started with.
 *
 * @param settings sizes, limits and times; an app's own go before them
 * @param temporary folder for bodies that do not fit into memory; made when needed, readable by its owner only
 * @param bugs is told of mistakes of ours that ended a request; called on event loops, must return at once
 * @param accessLogs where the access logs of apps that have one go
 * @param turns how its threads are given processors
 */
public record ProxySettings(
        Settings settings, Path temporary, Consumer<Throwable> bugs, LogPlaces accessLogs, Turns turns) {
    /** How the kernel gives a thread its turns on a processor. */
    public interface Turns {
        /** As it does. */
        Turns USUAL = _ -> false;

        /**
         * Whether the calling thread waits for the end of another's turn when it wakes up. Called on event loops, must return at
         * once.
         *
         * @return false if that cannot be said just now
         */
        boolean batch(boolean wanted);
    }

    /** Without access logs. */
    public ProxySettings(Settings settings, Path temporary, Consumer<Throwable> bugs) {
        this(settings, temporary, bugs, LogPlaces.none(), Turns.USUAL);
    }

    /** Every setting at its default. */
    public static ProxySettings usual(Path temporary, Consumer<Throwable> bugs) {
        return new ProxySettings(Settings.standard(), temporary, bugs);
    }

    /** The same with another value for one setting, written as an operator would. */
    public ProxySettings with(Setting setting, String value) {
        return new ProxySettings(settings.with(setting, value), temporary, bugs, accessLogs, turns);
    }

    /** The same, telling mistakes to somebody else. */
    public ProxySettings withBugs(Consumer<Throwable> told) {
        return new ProxySettings(settings, temporary, told, accessLogs, turns);
    }

    /** The same, with access logs for the apps that want one (Setting.ACCESS_LOG). */
    public ProxySettings withAccessLogs(LogPlaces places) {
        return new ProxySettings(settings, temporary, bugs, places, turns);
    }

    /** The same, with other turns for its threads. */
    public ProxySettings withTurns(Turns other) {
        return new ProxySettings(settings, temporary, bugs, accessLogs, other);
    }

    /** Event loops to run. */
    public int loops() {
        int asked = settings.count(Setting.WORKERS);
        return asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
    }
}
