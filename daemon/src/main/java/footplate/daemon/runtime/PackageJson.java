package footplate.daemon.runtime;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.MalformedJsonException;
import footplate.core.config.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What of an app's package.json matters for starting it.
 *
 * @param file where it was read; need not exist, then all else is empty
 * @param name the package's name, or empty
 * @param version the package's version, or empty
 * @param main the {@code main} field, or empty
 * @param scripts the {@code scripts} that are strings
 * @param settings the {@code config} fields that are plain values; scripts see them as {@code npm_package_config_*}
 * @param dependencies how many run-time dependencies it names
 */
record PackageJson(
        Path file,
        String name,
        String version,
        String main,
        Map<String, String> scripts,
        Map<String, String> settings,
        int dependencies) {
    /** More than this is no package.json. */
    private static final long MOST_BYTES = 4 << 20;

    private static final Pattern PLACE = Pattern.compile("at line (\\d+) column (\\d+)");

    PackageJson {
        scripts = Map.copyOf(scripts);
        settings = Map.copyOf(settings);
    }

    /** A package.json that was read, or what is wrong with it. */
    sealed interface Read {
        record Fine(PackageJson content) implements Read {}

        record Wrong(Problem problem) implements Read {}
    }

    String script(String named) {
        return scripts.getOrDefault(named, "");
    }

    /** Reads the package.json of a folder; a folder without one has an empty one. */
    static Read in(Path folder) {
        var file = folder.resolve("package.json");
        if (!Files.exists(file)) {
            return new Read.Fine(new PackageJson(file, "", "", "", Map.of(), Map.of(), 0));
        }
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                return wrong(file.toString(), "is not a file of JSON.", "Make it a file that 'npm init' would write.");
            }
            var text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return parse(file, text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (IOException failure) {
            return wrong(
                    file.toString(),
                    "cannot be read (" + failure.getMessage() + ").",
                    "Let this user read it: chmod u+r " + file + ".");
        }
    }

    private static Read parse(Path file, String text) {
        JsonElement element;
        try (var reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            element = JsonParser.parseReader(reader);
        } catch (JsonParseException | IOException | StackOverflowError failure) {
            return wrong(
                    file + place(failure),
                    "is not JSON.",
                    "Correct it there; a comma too many or too few, a comment, or single quotes are the usual reasons.");
        }
        if (!(element instanceof JsonObject object)) {
            return wrong(
                    file.toString(),
                    "is not a JSON object.",
                    "Write it as { \"name\": … , \"scripts\": { \"start\": … } }.");
        }
        return new Read.Fine(new PackageJson(
                file,
                text(object, "name"),
                text(object, "version"),
                text(object, "main"),
                strings(object, "scripts"),
                strings(object, "config"),
                object.get("dependencies") instanceof JsonObject named ? named.size() : 0));
    }

    /** {@code :LINE:COLUMN}, taken from the words of the parser, which keeps it nowhere else. */
    private static String place(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            var found = PLACE.matcher(String.valueOf(at.getMessage()));
            if ((at instanceof MalformedJsonException || at instanceof JsonParseException) && found.find()) {
                return ":" + found.group(1) + ":" + found.group(2);
            }
        }
        return "";
    }

    private static Read wrong(String where, String what, String mend) {
        return new Read.Wrong(new Problem(where, what, mend));
    }

    private static String text(JsonObject object, String field) {
        return object.get(field) instanceof JsonPrimitive value ? value.getAsString() : "";
    }

    private static Map<String, String> strings(JsonObject object, String field) {
        var found = new LinkedHashMap<String, String>();
        if (object.get(field) instanceof JsonObject fields) {
            fields.keySet().stream()
                    .filter(name -> fields.get(name).isJsonPrimitive())
                    .forEach(name -> found.put(name, fields.get(name).getAsString()));
        }
        return found;
    }
}
