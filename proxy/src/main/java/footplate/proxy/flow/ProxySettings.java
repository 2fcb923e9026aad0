package footplate.proxy.flow;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What the data plane is started with.
 *
 * @param settings sizes, limits and times; an app's own go before them
 * @param temporary folder for bodies that do not fit into memory; made when needed, readable by its owner only
 * @param bugs is told of mistakes of ours that ended a request; called on event loops, must return at once
 */
public record ProxySettings(Settings settings, Path temporary, Consumer<Throwable> bugs) {
    /** Every setting at its default. */
    public static ProxySettings usual(Path temporary, Consumer<Throwable> bugs) {
        return new ProxySettings(Settings.standard(), temporary, bugs);
    }

    /** The same with another value for one setting, written as an operator would. */
    public ProxySettings with(Setting setting, String value) {
        return new ProxySettings(settings.with(setting, value), temporary, bugs);
    }

    /** The same, telling mistakes to somebody else. */
    public ProxySettings withBugs(Consumer<Throwable> told) {
        return new ProxySettings(settings, temporary, told);
    }

    /** Event loops to run. */
    public int loops() {
        int asked = settings.count(Setting.WORKERS);
        return asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
    }
}
