package footplate.daemon.runtime;

import footplate.core.config.Launch;
import footplate.core.config.Problem;
import java.nio.file.Path;
import java.util.List;

/** What {@link Detection} makes of a folder or file. */
public sealed interface Detected {
    /**
     * An app.
     *
     * @param root absolute path of the app's folder
     * @param launch how its process is started
     * @param warnings what will probably fail at the start, though it need not
     */
    record App(Path root, Launch launch, List<Problem> warnings) implements Detected {
        public App {
            warnings = List.copyOf(warnings);
        }
    }

    /** Nothing that could be started, and all the reasons. */
    record Refused(List<Problem> problems) implements Detected {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
