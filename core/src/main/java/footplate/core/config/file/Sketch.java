package footplate.core.config.file;

import footplate.core.config.OtherRuntimes;
import footplate.core.name.AppName;
import java.util.Set;
import java.util.TreeSet;

/** A configuration file to begin with, for the app in a folder. */
public final class Sketch {
    private static final Set<String> NODE_FILES = Set.of(
            "package.json",
            "app.js",
            "server.js",
            "index.js",
            "app.mjs",
            "server.mjs",
            "index.mjs",
            "app.cjs",
            "server.cjs",
            "index.cjs");

    private Sketch() {}

    /**
     * The file's text.
     *
     * @param folder the folder's name
     * @param files the names of what is in it
     * @param web the command that a Procfile names for {@code web}; empty if there is none
     */
    public static String of(String folder, Set<String> files, String web) {
        var start = start(new TreeSet<>(files), web);
        return """
                # What Footplate serves. 'footplate check' tells whether this file is right, without changing anything.
                # Every setting: docs/reference/footplate.yml.md. Take the '#' away from a line below to use it.

                listen: 127.0.0.1:3000
                # For everybody, on the usual port:
                #listen: ":80"

                apps:
                  %s:
                    root: .
                %s
                    # The host names that mean this app; without them it answers for every name that no other app has.
                    #hosts: [%s.example, "*.%s.example"]

                    # Processes: a number, the fewest and the most, or max for one a core.
                    #instances: 2..4

                    # Variables of its environment. ${NAME} takes one of the call's, !file PATH a file's content.
                    #env: { NODE_ENV: production, API_KEY: !file secrets/api-key, MODE: "${MODE:-plain}" }

                    # How a new release takes over: rolling, blue-green, canary or recreate.
                    #deploy: { strategy: rolling }

                    # Asked before a process gets requests, and from then on.
                    #health: { http: /up, interval: 10s }

                # Servers that run already, and which requests they get.
                #upstreams:
                #  legacy:
                #    balance: least_conn
                #    servers: ["10.0.0.5:8080", "10.0.0.6:8080"]
                #routes:
                #  - { host: legacy.example, path: "/api/*", to: legacy }
                #  - { host: old.example, redirect: "https://new.example${uri}", status: 301 }
                """.formatted(name(folder), start, label(folder), label(folder));
    }

    private static String start(Set<String> files, String web) {
        if (!web.isBlank()) {
            return "    # As the Procfile has it. It must listen on 127.0.0.1:$PORT.\n" + line(web.strip());
        }
        var node = files.stream().filter(NODE_FILES::contains).findFirst();
        if (node.isPresent()) {
            return "    # How it starts is found from " + node.get()
                    + ". To say it yourself:\n    #start: node server.js\n";
        }
        var other = OtherRuntimes.in(files);
        if (other != null) {
            return "    # For " + other.file() + ". It must listen on 127.0.0.1:$PORT.\n" + line(other.command());
        }
        var jar = files.stream().filter(file -> file.endsWith(".jar")).findFirst();
        return jar.map(file -> "    # It must listen on 127.0.0.1:$PORT.\n"
                        + line("java -jar '" + file.replace("'", "'\\''") + "' --server.port=$PORT"))
                .orElse(
                        "    # Here is nothing that shows how the app starts. Its command line; it must listen on 127.0.0.1:$PORT:\n    #start: ./server\n");
    }

    /** In single quotes, where nothing but they themselves means anything; {@code ${…}} is left to the shell by its braces. */
    private static String line(String command) {
        return "    start: '"
                + command.replaceAll("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}", "\\$$1").replace("'", "''") + "'\n";
    }

    private static String name(String folder) {
        var name = folder.replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("^[._-]+", "");
        var short63 = name.length() > 63 ? name.substring(0, 63) : name;
        return AppName.problemWith(short63).isEmpty() && !short63.matches("(?i)null|true|false|~|[0-9.e]+")
                ? short63
                : "app";
    }

    private static String label(String folder) {
        var label = name(folder)
                .toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9-]+", "-")
                .replaceAll("^-+|-+$", "");
        return label.isEmpty() ? "app" : label;
    }
}
