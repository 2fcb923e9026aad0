package footplate.cli.command;

import footplate.api.v1.Problem;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.parse.UsageException;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of settings as whoever typed them means them: folders from the current one. */
final class SettingValues {
    private SettingValues() {}

    /** {@return the settings that were given as flags; problems with their folders go to {@code problems}} */
    static Settings settings(Parsed parsed, Path directory, List<Problem> problems) {
        Settings settings = Settings.standard();
        for (Map.Entry<Setting, String> one : parsed.settings().entrySet()) {
            Setting setting = one.getKey();
            String value = meant("--" + setting.label(), setting, one.getValue(), directory, problems);
            if (value != null) {
                settings = settings.with(setting, value);
            }
        }
        return parsed.has(Commands.ACCESS_LOG_FILE) && !settings.chosen().containsKey(Setting.ACCESS_LOG)
                ? settings.with(Setting.ACCESS_LOG, "combined")
                : settings;
    }

    /** {@return the absolute path of the file for the access log; null if none was named} */
    static @Nullable String accessLog(Parsed parsed, Path directory) throws UsageException {
        String typed = parsed.text(Commands.ACCESS_LOG_FILE);
        if (typed == null) {
            return null;
        }
        try {
            Path file = directory.resolve(typed).normalize();
            Path folder = file.getParent();
            if (folder != null && Files.isDirectory(folder) && !Files.isDirectory(file)) {
                return file.toString();
            }
        } catch (InvalidPathException none) {
            // Told below: the same cure.
        }
        throw new UsageException(
                "--access-log-file " + typed, "no file can be there", "Name a file in a folder that exists.");
    }

    /** {@return the settings of a scope that were given as flags} */
    static Settings settings(Parsed parsed, Setting.Scope scope, Path directory) throws UsageException {
        List<Problem> problems = new ArrayList<>();
        Settings settings = settings(parsed, directory, problems);
        if (!problems.isEmpty()) {
            throw new UsageException(problems);
        }
        for (Setting setting : settings.chosen().keySet()) {
            if (setting.scope() != scope) {
                settings = settings.without(setting);
            }
        }
        return settings;
    }

    /** {@return what was chosen, by name} */
    static Map<String, String> named(Settings settings) {
        Map<String, String> named = new LinkedHashMap<>();
        settings.chosen().forEach((setting, value) -> named.put(setting.label(), value));
        return named;
    }

    /** {@return the value, a folder's path made absolute; null if there is no such folder} */
    static @Nullable String meant(String where, Setting setting, String value, Path directory, List<Problem> problems) {
        if (!setting.namesFolder() || value.isEmpty()) {
            return value;
        }
        try {
            Path folder = directory.resolve(value).normalize();
            if (Files.isDirectory(folder) && (setting != Setting.TEMP_PATH || Files.isWritable(folder))) {
                return folder.toString();
            }
            if (Files.isDirectory(folder)) {
                problems.add(new Problem(
                        where + " " + value,
                        "nothing can be written there",
                        "chmod u+w " + folder + ", or name another."));
                return null;
            }
            problems.add(new Problem(
                    where + " " + value, "there is no such folder", "Make " + folder + ", or name another folder."));
        } catch (InvalidPathException none) {
            problems.add(new Problem(where, "is no path: " + none.getReason(), "Write a folder's path."));
        }
        return null;
    }
}
