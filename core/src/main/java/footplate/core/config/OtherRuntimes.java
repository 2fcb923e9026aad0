package footplate.core.config;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Files that show an app for something else than Node, and how it is started. */
public final class OtherRuntimes {
    private static final Map<String, String> COMMANDS = Map.of(
            "config.ru", "bundle exec puma -b tcp://127.0.0.1:$PORT",
            "passenger_wsgi.py", "gunicorn --bind 127.0.0.1:$PORT passenger_wsgi:application",
            "wsgi.py", "gunicorn --bind 127.0.0.1:$PORT wsgi",
            "asgi.py", "uvicorn --port $PORT asgi:app",
            "app.py", "python3 app.py",
            "manage.py", "python3 manage.py runserver 127.0.0.1:$PORT",
            "index.php", "php -S 127.0.0.1:$PORT",
            "app.ts", "npx tsx app.ts",
            "server.ts", "npx tsx server.ts",
            "index.ts", "npx tsx index.ts");

    private OtherRuntimes() {}

    /**
     * A file and its command.
     *
     * @param command listens on 127.0.0.1:$PORT
     */
    public record Found(String file, String command) {}

    /** The first, by name, of those that are there; null if none is. */
    public static @Nullable Found in(Set<String> files) {
        for (var entry : new TreeMap<>(COMMANDS).entrySet()) {
            if (files.contains(entry.getKey())) {
                return new Found(entry.getKey(), entry.getValue());
            }
        }
        return null;
    }

    /** The names that {@link #in} looks for. */
    public static Set<String> files() {
        return COMMANDS.keySet();
    }
}
