package footplate.proxy.access;

import footplate.core.name.AppName;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the lines of access logs go; said by whoever starts the proxy. Which apps have a log, and in which format, their
 * settings say.
 */
public final class LogPlaces {
    private final @Nullable Function<@Nullable AppName, Path> files;
    private final @Nullable OutputStream stream;

    private LogPlaces(@Nullable Function<@Nullable AppName, Path> files, @Nullable OutputStream stream) {
        this.files = files;
        this.stream = stream;
    }

    /** Nowhere, whatever the settings say. */
    public static LogPlaces none() {
        return new LogPlaces(null, null);
    }

    /**
     * Each app's into a file: made if it is missing, for its owner only, always appended to, made again if it is renamed or
     * removed. Apps may share one. A FIFO will do too.
     *
     * @param files which one, called once for each; null is asked for where requests go that are no app's
     */
    public static LogPlaces files(Function<@Nullable AppName, Path> files) {
        return new LogPlaces(files, null);
    }

    /**
     * All into a stream, such as a terminal's.
     *
     * @param stream written to by one thread, whole lines at a time; stays open
     */
    public static LogPlaces stream(OutputStream stream) {
        return new LogPlaces(null, stream);
    }

    /** The log of an app, or of what is no app's; null if there is none. */
    @Nullable
    LogFile open(@Nullable AppName app) {
        if (files != null) {
            return new LogFile(files.apply(app), null);
        }
        return stream == null ? null : new LogFile(null, stream);
    }
}
