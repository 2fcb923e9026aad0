package footplate.core.config;

import java.util.List;

/** How an app's process is started, decided once when the app is defined. */
public sealed interface Launch {
    /** What a listing shows: the script or the command line. */
    String describe();

    /**
     * {@code node SCRIPT}, with the preload.
     *
     * @param script absolute path of the script
     * @param arguments what follows the script
     */
    record Node(String script, List<String> arguments) implements Launch {
        public Node {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String describe() {
            return "node " + script;
        }
    }

    /**
     * The {@code start} script of package.json, as {@code npm start} would run it, with the preload.
     *
     * @param line the script's line, for listings
     */
    record NpmStart(String line) implements Launch {
        @Override
        public String describe() {
            return "npm start (" + line + ")";
        }
    }

    /**
     * Any other server: it listens on 127.0.0.1:$PORT.
     *
     * @param line the command line as the operator wrote it
     */
    record Command(String line) implements Launch {
        @Override
        public String describe() {
            return line;
        }
    }
}
