package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.json.Json;
import footplate.api.v1.Problem;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.print.Words;
import footplate.core.config.file.Configuration;
import footplate.core.config.file.FileCheck;
import footplate.core.config.file.FileKeys;
import footplate.core.config.file.Sketch;
import footplate.core.config.tree.Mistake;
import footplate.yaml.FileOnDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The commands for a configuration file that need no daemon: {@code check} and {@code init}. */
final class Checking {
    private static final int LONGEST_PROCFILE = 64 * 1024;

    private Checking() {}

    static int check(Parsed parsed, Surroundings around) throws CallFailed {
        var name = name(parsed.operand(0), around.directory());
        var outcome = outcome(name, around);
        var mistakes = outcome instanceof FileCheck.Refused(var all) ? all : List.<Mistake>of();
        if (parsed.has(Commands.JSON)) {
            around.screen()
                    .print(Json.text(out -> {
                                out.text("file", name);
                                out.objects(
                                        "problems",
                                        mistakes.stream().map(Checking::json).toList());
                            })
                            + '\n');
        } else if (outcome instanceof FileCheck.Fine(var configuration)) {
            around.screen().line(name + " is fine: " + summary(configuration) + ".");
        } else {
            for (var mistake : mistakes) {
                var problem = mistake.in(name);
                around.screen().problem(new Problem(problem.where(), problem.what(), problem.mend()));
            }
        }
        return mistakes.isEmpty() ? Cli.DONE : Cli.FAILED;
    }

    private static footplate.api.json.JsonBody json(Mistake mistake) {
        return out -> {
            out.number("line", mistake.place().line());
            out.number("column", mistake.place().column());
            out.text("what", mistake.what());
            out.text("mend", mistake.mend());
        };
    }

    /** The file as its caller would name it; of a folder, the one in it. */
    private static String name(@Nullable String typed, Path directory) {
        if (typed == null) {
            return FileKeys.FILE_NAME;
        }
        boolean folder = typed.indexOf('\0') < 0 && Files.isDirectory(directory.resolve(typed));
        return folder ? Path.of(typed).resolve(FileKeys.FILE_NAME).toString() : typed;
    }

    private static FileCheck.Outcome outcome(String name, Surroundings around) throws CallFailed {
        try {
            return FileOnDisk.check(around.directory().resolve(name), around.environment());
        } catch (NoSuchFileException _) {
            throw Cli.failure(
                    "no-such-path",
                    name,
                    "there is no such file",
                    "Name the file, or write one with 'footplate init'.");
        } catch (IOException | InvalidPathException cannot) {
            throw Cli.failure(
                    "no-such-path",
                    name,
                    "cannot be read: " + cannot.getMessage(),
                    "Name a file that this user may read.");
        }
    }

    private static String summary(Configuration configuration) {
        List<String> parts = new ArrayList<>();
        part(parts, configuration.listen().size(), "address", "addresses");
        part(parts, configuration.apps().size(), "app", "apps");
        part(parts, configuration.groups().size(), "upstream", "upstreams");
        part(parts, configuration.routes().size(), "route", "routes");
        part(parts, configuration.streams().size(), "stream", "streams");
        return String.join(", ", parts);
    }

    private static void part(List<String> parts, int count, String one, String several) {
        if (count > 0) {
            parts.add(Words.count(count, one, several));
        }
    }

    static int init(Parsed parsed, Surroundings around) throws CallFailed {
        var named = parsed.operand(0);
        var name = named == null ? "." : named;
        try {
            var folder = around.directory().resolve(name).toAbsolutePath().normalize();
            var file = folder.resolve(FileKeys.FILE_NAME);
            var text = Sketch.of(String.valueOf(folder.getFileName()), files(folder), web(folder));
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            around.screen().line("Wrote " + file + ". 'footplate check' tells whether it is right.");
            return Cli.DONE;
        } catch (FileAlreadyExistsException there) {
            throw Cli.failure(
                    "refused",
                    there.getFile(),
                    "is there already",
                    "Change it, or move it away first; 'footplate check' checks it.");
        } catch (NoSuchFileException _) {
            throw Cli.failure("no-such-path", name, "there is no such folder", "Name the app's folder.");
        } catch (IOException | InvalidPathException cannot) {
            throw Cli.failure(
                    "no-such-path",
                    name,
                    "cannot be used: " + cannot.getMessage(),
                    "Name a folder that this user may write to.");
        }
    }

    private static Set<String> files(Path folder) throws IOException {
        var names = new TreeSet<String>();
        try (var files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        }
        return names;
    }

    /** What a Procfile has for {@code web}; empty if there is none. */
    private static String web(Path folder) throws IOException {
        var file = folder.resolve("Procfile");
        if (!Files.isRegularFile(file)) {
            return "";
        }
        String text;
        try (var in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(LONGEST_PROCFILE), StandardCharsets.UTF_8);
        }
        return text.lines()
                .filter(line -> line.startsWith("web:"))
                .map(line -> line.substring("web:".length()).strip())
                .filter(line -> line.chars().allMatch(c -> c >= ' '))
                .findFirst()
                .orElse("");
    }
}
