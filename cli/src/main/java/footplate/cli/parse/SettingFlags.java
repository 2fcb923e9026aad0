package footplate.cli.parse;

import footplate.core.config.Setting;
import footplate.core.config.Setting.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings that a command has flags for; the flags are made when they are asked for, as most commands have none. */
public enum SettingFlags {
    NONE,
    /** Those of an app. */
    APP,
    /** Those of the server too. */
    ALL;

    /** {@return their flags, in the order of the declarations} */
    public List<Flag> flags() {
        List<Flag> flags = new ArrayList<>();
        if (this != NONE) {
            for (Setting setting : Setting.values()) {
                if (has(setting)) {
                    flags.add(Flag.of(setting));
                }
            }
        }
        return flags;
    }

    @Nullable
    Flag flag(String name) {
        if (this == NONE || !name.startsWith("--")) {
            return null;
        }
        Setting setting = Setting.of(name.substring(2));
        return setting == null || !has(setting) ? null : Flag.of(setting);
    }

    private boolean has(Setting setting) {
        return this == ALL || setting.scope() == Scope.APP;
    }
}
