package footplate.daemon.os;

import java.nio.file.Path;

/** What to tell when the log file of an app cannot be opened. */
final class LogProblem {
    private LogProblem() {}

    static SpawnFailure cannotOpen(Path file, String why) {
        return new SpawnFailure(
                file.toString(),
                "the app's output cannot be written to this file: " + why,
                "Make its folder exist and writable for user " + System.getProperty("user.name")
                        + ", with room on the disk.");
    }
}
