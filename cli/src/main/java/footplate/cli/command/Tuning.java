package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import footplate.api.json.Json;
import footplate.api.v1.Problem;
import footplate.api.v1.ServerSettings;
import footplate.api.v1.SetRequest;
import footplate.api.v1.SettingInfo;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.parse.UsageException;
import footplate.cli.print.Screen;
import footplate.cli.print.SettingsText;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.Likeness;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code set}: the background daemon's settings, shown and changed. */
final class Tuning {
    private Tuning() {}

    static int set(Parsed parsed, Surroundings around) throws UsageException, HomeLayout.Unusable, CallFailed {
        String name = parsed.operand(0);
        Setting setting = name == null ? null : named(name);
        String value = parsed.operand(1);
        boolean standard = parsed.has(Commands.DEFAULT);
        if (standard && (setting == null || value != null)) {
            throw new UsageException(
                    "--default", "takes back what one setting was set to", "Write 'footplate set NAME --default'.");
        }
        if (setting == null || (value == null && !standard)) {
            return show(setting, parsed, around);
        }
        String meant = value == null ? null : meant(setting, value, around);
        return change(new SetRequest(setting.label(), meant), parsed, around);
    }

    /** By its name, or by its flag's. */
    private static Setting named(String typed) throws UsageException {
        String name = typed.startsWith("--") ? typed.substring(2) : typed;
        Setting setting = Setting.of(name);
        if (setting == null) {
            List<String> names = new ArrayList<>();
            for (Setting known : Setting.values()) {
                names.add(known.label());
            }
            String nearest = Likeness.nearest(name, names);
            throw new UsageException(
                    typed,
                    "is not a setting",
                    nearest == null ? "'footplate set' shows every setting." : "Did you mean '" + nearest + "'?");
        }
        return setting;
    }

    private static String meant(Setting setting, String value, Surroundings around) throws UsageException {
        List<Problem> problems = new ArrayList<>();
        var wrong = Settings.problem(setting, value);
        if (wrong != null) {
            problems.add(new Problem(wrong.where(), wrong.what(), wrong.mend()));
        }
        String meant = SettingValues.meant(setting.label(), setting, value, around.directory(), problems);
        if (meant == null || !problems.isEmpty()) {
            throw new UsageException(problems);
        }
        return meant;
    }

    private static int change(SetRequest request, Parsed parsed, Surroundings around)
            throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        HomeLayout home = HomeLayout.of(around.environment());
        home.make();
        home.checkPrivate();
        var client = new ControlClient(home.controlSocket());
        ServerSettings set;
        try {
            set = client.set(request, event -> screen.note(event.text()));
        } catch (CallFailed failed) {
            if (!failed.notRunning()) {
                throw failed;
            }
            screen.progress("starting the daemon …");
            Waking.wake(home, around);
            set = client.set(request, event -> screen.note(event.text()));
        }
        screen.clearProgress();
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(set.settings()) + '\n');
            return Cli.DONE;
        }
        for (SettingInfo setting : set.settings()) {
            screen.line(SettingsText.changed(setting));
        }
        return Cli.DONE;
    }

    private static int show(@Nullable Setting one, Parsed parsed, Surroundings around)
            throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        HomeLayout home = HomeLayout.of(around.environment());
        List<SettingInfo> settings = new ArrayList<>();
        for (SettingInfo setting : known(home, around)) {
            if (one == null || setting.name().equals(one.label())) {
                settings.add(setting);
            }
        }
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(settings) + '\n');
        } else {
            screen.print(SettingsText.list(settings, screen.width()));
        }
        return Cli.DONE;
    }

    /** A daemon that is not there has left a state file, or nothing was ever set. */
    private static List<SettingInfo> known(HomeLayout home, Surroundings around)
            throws HomeLayout.Unusable, CallFailed {
        home.checkPrivate();
        var client = new ControlClient(home.controlSocket());
        try {
            return client.settings().settings();
        } catch (CallFailed failed) {
            if (!failed.notRunning()) {
                throw failed;
            }
        }
        if (Files.exists(home.stateFile())) {
            around.screen().progress("starting the daemon …");
            Waking.wake(home, around);
            around.screen().clearProgress();
            return client.settings().settings();
        }
        List<SettingInfo> standard = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            standard.add(new SettingInfo(
                    setting.label(),
                    setting.standard(),
                    setting.standard(),
                    setting.scope() == Setting.Scope.APP,
                    setting.atStart(),
                    setting.meaning()));
        }
        return standard;
    }
}
