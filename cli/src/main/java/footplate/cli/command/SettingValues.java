package footplate.cli.command;

import footplate.api.v1.Problem;
import footplate.cli.parse.Parsed;
import footplate.core.config.Setting;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of settings as whoever typed them means them: folders from the current one. */
final class SettingValues {
    private SettingValues() {}

    /** {@return what was given as flags; problems with folders go to {@code problems}} */
    static Map<Setting, String> of(Parsed parsed, Path directory, List<Problem> problems) {
        Map<Setting, String> settings = new LinkedHashMap<>();
        for (Map.Entry<Setting, String> one : parsed.settings().entrySet()) {
            String value = meant("--" + one.getKey().label(), one.getKey(), one.getValue(), directory, problems);
            if (value != null) {
                settings.put(one.getKey(), value);
            }
        }
        return settings;
    }

    /** {@return the value, a folder's path made absolute; null if there is no such folder} */
    static @Nullable String meant(String where, Setting setting, String value, Path directory, List<Problem> problems) {
        if (setting.kind() != Setting.Kind.TEXT || value.isEmpty()) {
            return value;
        }
        try {
            Path folder = directory.resolve(value).normalize();
            if (Files.isDirectory(folder)) {
                return folder.toString();
            }
            problems.add(new Problem(
                    where + " " + value, "there is no such folder", "Make " + folder + ", or name another folder."));
        } catch (InvalidPathException none) {
            problems.add(new Problem(where, "is no path: " + none.getReason(), "Write a folder's path."));
        }
        return null;
    }
}
