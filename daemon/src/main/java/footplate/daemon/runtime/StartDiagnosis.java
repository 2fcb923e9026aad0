package footplate.daemon.runtime;

import footplate.core.config.Launch;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Journey;
import footplate.core.unit.Durations;
import footplate.core.unit.Sizes;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says why a start failed and how to mend it, from what the process said last and how it ended. What it printed is a hint, never a
 * proof: where nothing is recognized it says how the process ended, and leaves the rest to the output itself.
 */
public final class StartDiagnosis {
    private StartDiagnosis() {}

    /** The journey of a failed start, with its problem and, where one is known, its cure. */
    public static Journey explain(FailedStart start) {
        var output = String.join("\n", start.lastOutput());
        var error = start.error();
        var said = error == null ? output : output + "\n" + error.stack();
        var finding = find(start, said);
        return new Journey(start.steps(), start.lastOutput(), finding.problem(), finding.cure());
    }

    private record Finding(String problem, String cure) {}

    /**
     * One mistake that apps make: what it looks like, and what it means.
     *
     * @param sign found in the output or in the uncaught exception
     */
    private record Known(Pattern sign, Function<Sighting, Finding> meaning) {
        static Known of(String sign, Function<Sighting, Finding> meaning) {
            return new Known(Pattern.compile(sign, Pattern.MULTILINE), meaning);
        }
    }

    /** Where a sign was found. */
    private record Sighting(FailedStart start, MatchResult match, String said) {
        String group(int number) {
            String found = match.group(number);
            return found == null ? "" : found;
        }

        /** The first {@code FILE:LINE} of the app itself that the output shows, or empty. */
        String place() {
            var found = PLACE.matcher(said);
            while (found.find()) {
                if (!found.group(1).contains("node_modules")) {
                    return found.group(1) + ":" + found.group(2);
                }
            }
            return "";
        }
    }

    /** As Node prints them: {@code /app/a.js:3}, {@code file:///app/a.mjs:3:7}, in a stack or above the line of code. */
    private static final Pattern PLACE =
            Pattern.compile("(?<![\\w/:.-])(?:file://)?(/[^\\s:()]+\\.[cm]?[jt]sx?):(\\d+)");

    /** Looked for in this order: what names its cause most exactly comes first. */
    private static final List<Known> KNOWN = List.of(
            Known.of(
                    "Cannot use import statement outside a module|Unexpected token '?export'?",
                    seen -> new Finding(
                            "The app is written as an ES module, but Node reads %s as CommonJS."
                                    .formatted(or(seen.place(), "its script")),
                            "Write \"type\": \"module\" into package.json, or name the file .mjs.")),
            Known.of(
                    "ERR_REQUIRE_ESM|ERR_REQUIRE_ASYNC_MODULE",
                    seen -> new Finding(
                            "The app calls require() on an ES module%s.".formatted(at(seen.place())),
                            "Use import (or await import(…)) there, install an older version of that package, or use a Node that can require ES"
                                    + " modules (22.12 or later).")),
            Known.of(
                    "(?:require|module|exports|__dirname|__filename) is not defined in ES module scope",
                    seen -> new Finding(
                            "The app is written as CommonJS, but Node reads %s as an ES module."
                                    .formatted(or(seen.place(), "its script")),
                            "Remove \"type\": \"module\" from package.json, or name the file .cjs.")),
            Known.of(
                    "SyntaxError: (.*)",
                    seen -> new Finding(
                            "Syntax error in %s: %s."
                                    .formatted(or(seen.place(), "the app's code"), strip(seen.group(1))),
                            "Correct that line; if it is newer JavaScript than this Node knows, use a newer Node.")),
            Known.of("(?:Cannot find module|Cannot find package) '([^']+)'", StartDiagnosis::missingModule),
            Known.of(
                    "ModuleNotFoundError: No module named '([^']+)'",
                    seen -> new Finding(
                            "The Python module '%s' is not installed.".formatted(seen.group(1)),
                            "Install it for the python that the command starts: pip install -r requirements.txt, or pip install %s; if the app"
                                            .formatted(seen.group(1).split("\\.", -1)[0])
                                    + " has a virtual environment, name its python in the command.")),
            Known.of(
                    "EADDRINUSE[^\\n]*?:(\\d+)",
                    seen -> new Finding(
                            "The app listens on port %s by itself, and that port is taken.".formatted(seen.group(1)),
                            "If it listens twice, let it listen once. If another program has the port, stop that one or give the app another.")),
            Known.of(
                    "(?:EADDRINUSE|[Aa]ddress already in use)",
                    _ -> new Finding(
                            "The app wants an address that is taken.",
                            "Let it listen on 127.0.0.1:$PORT, the port it is given, and only once.")),
            Known.of(
                    "EACCES[^\\n]*?(?: '([^']+)'|:(\\d+)$)",
                    seen -> new Finding(
                            "The app may not use %s.".formatted(or(seen.group(1), "port " + seen.group(2))),
                            "Give the user who runs it the permission, or let it use another file or a port above 1023.")),
            Known.of(
                    "ENOENT: no such file or directory, \\w+ '([^']+)'",
                    seen -> new Finding(
                            "The app needs %s, which is not there.".formatted(seen.group(1)),
                            "Create it, or correct the path; relative paths are meant from %s."
                                    .formatted(seen.start().root()))),
            Known.of(
                    "ECONNREFUSED ([\\w.:\\[\\]-]+:\\d+)",
                    seen -> new Finding(
                            "The app cannot reach %s, which refuses connections.".formatted(seen.group(1)),
                            "Start what should listen there (a database, a cache), or correct the address in the app's settings.")),
            Known.of(
                    "(?i)JavaScript heap out of memory",
                    _ -> new Finding(
                            "The app used up the heap that Node gave it.",
                            "Give it more (NODE_OPTIONS=--max-old-space-size=MEGABYTES), or find what holds so much while it starts.")),
            Known.of(
                    "(?i)(?:missing|undefined|required|must (?:be set|set|provide)|is not set|not defined)[^\\n]{0,60}?\\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\\b",
                    StartDiagnosis::missingVariable),
            Known.of(
                    "\\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\\b[^\\n]{0,60}?(?i:is missing|is required|is not set|is not defined|must be set|is undefined)",
                    StartDiagnosis::missingVariable));

    private static Finding find(FailedStart start, String said) {
        var illness = start.illness();
        if (illness != null) {
            return ill(start, illness);
        }
        if (start.exit() instanceof Exit.OutOfMemory(long cap, var _)) {
            return outOfMemory(cap);
        }
        boolean shellMissedIt = start.exit() instanceof Exit.Code(var code) && code == 127;
        if (!shellMissedIt) {
            for (var known : KNOWN) {
                var match = known.sign().matcher(said);
                if (match.find()) {
                    return known.meaning().apply(new Sighting(start, match.toMatchResult(), said));
                }
            }
        }
        return switch (start.exit()) {
            case null -> timedOut(start);
            case Exit.NeverStarted _ ->
                new Finding(
                        "The process could not be started: " + start.launch().describe() + ".",
                        "Look whether the program exists and may be executed, and whether the app's folder may be entered.");
            case Exit.Code(var code) -> exited(start, code, said);
            case Exit.Signalled(var number) -> signalled(number);
            case Exit.OutOfMemory(long cap, var _) -> outOfMemory(cap);
            case Exit.Unknown _ ->
                new Finding("The process ended before it was ready.", "Its last output may say why.");
        };
    }

    private static Finding missingModule(Sighting seen) {
        var module = seen.group(1);
        if (module.startsWith("/") || module.startsWith(".") || module.startsWith("file:")) {
            return new Finding(
                    "The app requires the file '%s', which is not there%s.".formatted(module, at(seen.place())),
                    "Correct the path (upper and lower case count), or run the app's build if that file is made by it.");
        }
        return new Finding(
                "The module '%s' is not installed.".formatted(module),
                "Run 'npm install' in %s; if package.json does not name it, 'npm install %s'."
                        .formatted(seen.start().root(), packageOf(module)));
    }

    /** {@code @scope/name/file} is in the package {@code @scope/name}, {@code name/file} in {@code name}. */
    private static String packageOf(String module) {
        var parts = module.split("/", -1);
        return module.startsWith("@") && parts.length > 1 ? parts[0] + "/" + parts[1] : parts[0];
    }

    private static Finding missingVariable(Sighting seen) {
        return new Finding(
                "The app misses the environment variable %s.".formatted(seen.group(1)),
                "Set it in the shell that you call from (%s=… footplate start …): an app gets the environment of the call that started it."
                        .formatted(seen.group(1)));
    }

    private static Finding ill(FailedStart start, FailedStart.Illness illness) {
        var when = start.exit() == null
                ? "within the start timeout of " + Durations.print(start.startTimeout())
                : "soon enough";
        return new Finding(
                "The app listens, but did not pass its health check (%s) %s; the last time: %s."
                        .formatted(illness.check(), when, strip(illness.last())),
                "Look why it answers so (its last output may say it), give it more time (--start-timeout, --health-timeout, --health-start-period), or correct --health.");
    }

    private static Finding timedOut(FailedStart start) {
        var time = Durations.print(start.startTimeout());
        if (start.waitReady() && start.listened()) {
            return new Finding(
                    "The app listens, but did not say that it is ready within " + time + ".",
                    switch (start.launch()) {
                        case Launch.Node _, Launch.NpmStart _ ->
                            "Call process.send('ready') when it is, or start it without --wait-ready.";
                        case Launch.Command _ ->
                            "Have it say READY=1 to the socket in NOTIFY_SOCKET when it is (sd_notify, systemd-notify --ready), or start it without --wait-ready.";
                    });
        }
        if (!start.otherAddresses().isEmpty()) {
            return new Finding(
                    "The app did not listen for our requests within %s; it listens on %s by itself."
                            .formatted(time, String.join(" and ", start.otherAddresses())),
                    whereToListen(start.launch()));
        }
        return new Finding(
                "The app did not listen within the start timeout of " + time + ".",
                "If it is a server, look what it waits for; " + lowerFirst(whereToListen(start.launch())));
    }

    private static String whereToListen(Launch launch) {
        return switch (launch) {
            case Launch.Command _ -> "It has to listen on 127.0.0.1, on the port in the environment variable PORT.";
            case Launch.Node _, Launch.NpmStart _ ->
                "It has to call listen() on an HTTP server with a port, such as process.env.PORT.";
        };
    }

    private static Finding exited(FailedStart start, int code, String said) {
        if (code == 127) {
            var missing = COMMAND_NOT_FOUND.matcher(said);
            var name = missing.find()
                    ? Stream.of(missing.group(1), missing.group(2))
                            .filter(g -> g != null)
                            .findFirst()
                            .orElse("")
                    : "";
            return new Finding(
                    name.isEmpty()
                            ? "A command was not found (exit code 127)."
                            : "The command '" + name + "' was not found.",
                    start.launch() instanceof Launch.NpmStart
                            ? "Run 'npm install' in %s if it comes with a package, or install it."
                                    .formatted(start.root())
                            : "Install it, correct its name, or call from a shell whose PATH has it.");
        }
        if (code == 126) {
            return new Finding("The command may not be executed (exit code 126).", "Make it executable: chmod +x.");
        }
        if (code == 0) {
            return new Finding(
                    "The app ended without listening (exit code 0): is it a server?",
                    "Start the script that calls listen(); with Express that may be bin/www. "
                            + whereToListen(start.launch()));
        }
        var thrown = start.error();
        return thrown == null
                ? new Finding(
                        "The app ended before it was ready (exit code " + code + ").", "Its last output may say why.")
                : new Finding(
                        "The app ended by an exception nobody caught: %s: %s."
                                .formatted(thrown.name(), strip(firstLine(thrown.message()))),
                        "The stack in its last output shows where it was thrown.");
    }

    /** As dash and bash say it. */
    private static final Pattern COMMAND_NOT_FOUND = Pattern.compile(
            "(?m)(?:sh: \\d+: |line \\d+: )([^:\\n]+): (?:command )?not found|^([^:\\s]+): (?:command )?not found");

    private static Finding outOfMemory(long cap) {
        return new Finding(
                "The app was killed by the kernel before it was ready: it wanted more memory than max-memory-hard = "
                        + Sizes.print(cap) + ".",
                "Give it more (--max-memory-hard), or find what holds so much while it starts.");
    }

    private static Finding signalled(int number) {
        var how = new Exit.Signalled(number).describe();
        return switch (number) {
            case 9 ->
                new Finding(
                        "The app was killed (SIGKILL) before it was ready.",
                        "If nobody did that by hand, the machine or its container had no memory left: see 'dmesg', give it more, or start"
                                + " fewer processes (--max).");
            case 4, 6, 7, 8, 11 ->
                new Finding(
                        "The app's process crashed (" + how + ") before it was ready.",
                        "That is a fault in native code: rebuild the app's native modules for this Node (npm rebuild), or try another Node.");
            default ->
                new Finding(
                        "The app was ended (" + how + ") before it was ready.",
                        "Start it again, if that was not meant.");
        };
    }

    private static String or(@Nullable String found, String otherwise) {
        return found == null || found.isEmpty() ? otherwise : found;
    }

    private static String at(String place) {
        return place.isEmpty() ? "" : " (" + place + ")";
    }

    private static String strip(String sentence) {
        var text = sentence.strip();
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static String lowerFirst(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
    }
}
