package footplate.daemon.config;

import footplate.core.config.Problem;
import footplate.core.config.file.Configuration;
import footplate.core.config.file.FileCheck;
import footplate.core.config.file.Listen;
import footplate.core.config.tree.Mistake;
import footplate.yaml.FileOnDisk;
import footplate.yaml.YamlText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that was read and found to be fine, with all that is needed to read it again as it was.
 *
 * @param file its absolute path
 * @param text its content
 * @param variables the variables of the environment that it names, and no others; secret
 * @param configuration what it says, every path absolute
 */
public record ConfigurationFile(Path file, String text, Map<String, String> variables, Configuration configuration) {
    private static final int TOLD_AT_MOST = 50;

    /**
     * Reads a file.
     *
     * @param environment of the call
     * @throws Refused with every mistake in it
     */
    public static ConfigurationFile read(Path file, Map<String, String> environment) throws Refused {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(YamlText.MOST_BYTES + 1);
        } catch (IOException cannot) {
            throw new Refused(
                    file.toString(),
                    "the file cannot be read: " + cannot.getMessage(),
                    "Mend its path or its permissions; 'footplate init' writes a file to begin with.");
        }
        var named = new TreeMap<String, String>();
        return of(file, bytes, named, FileOnDisk.check(bytes, folder(file), name -> noted(name, environment, named)));
    }

    private static Path folder(Path file) {
        return file.toAbsolutePath().resolveSibling("").normalize();
    }

    /**
     * Reads what was read before, when it was accepted. What it names on the machine is not looked at again.
     *
     * @throws Refused if this version finds mistakes in it
     */
    public static ConfigurationFile again(Path file, String text, Map<String, String> variables) throws Refused {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return of(file, bytes, variables, FileOnDisk.checkAgain(bytes, variables::get));
    }

    private static ConfigurationFile of(Path file, byte[] bytes, Map<String, String> named, FileCheck.Outcome outcome)
            throws Refused {
        return switch (outcome) {
            case FileCheck.Refused(var mistakes) -> throw new Refused(problems(file, mistakes));
            case FileCheck.Fine(var configuration) -> {
                refuseWhatIsNotServed(file, configuration);
                yield new ConfigurationFile(
                        file.toAbsolutePath().normalize(),
                        new String(bytes, StandardCharsets.UTF_8),
                        named,
                        Located.in(folder(file), configuration));
            }
        };
    }

    private static @Nullable String noted(String name, Map<String, String> environment, Map<String, String> named) {
        var value = environment.get(name);
        if (value != null) {
            named.put(name, value);
        }
        return value;
    }

    private static List<Problem> problems(Path file, List<Mistake> mistakes) {
        return mistakes.stream()
                .limit(TOLD_AT_MOST)
                .map(mistake -> new Problem(
                        "%s:%d:%d"
                                .formatted(
                                        file.getFileName(),
                                        mistake.place().line(),
                                        mistake.place().column()),
                        mistake.what(),
                        mistake.mend()))
                .toList();
    }

    private static void refuseWhatIsNotServed(Path file, Configuration configuration) throws Refused {
        var problems = new ArrayList<Problem>();
        var listens = new ArrayList<>(configuration.listen());
        configuration.apps().forEach(app -> listens.addAll(app.listen()));
        for (Listen listen : listens) {
            if (!listen.certificate().isEmpty()) {
                problems.add(
                        new Problem(
                                file.getFileName() + ", listen '" + listen.describe() + "'",
                                "HTTPS is not served yet",
                                "Take 'certificate' and 'certificate_key' from it, and have what speaks TLS in front send its requests here."));
            }
        }
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
    }
}
