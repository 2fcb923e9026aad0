package footplate.cli.print;

import footplate.api.v1.SettingInfo;
import footplate.cli.print.Table.Cell;
import footplate.cli.print.Table.Column;
import java.util.List;

/** Settings in words. */
public final class SettingsText {
    private SettingsText() {}

    /** {@return the table of {@code set}} */
    public static String list(List<SettingInfo> settings, int width) {
        var table = new Table(List.of(
                new Column("setting", false, false),
                new Column("value", false, false),
                new Column("default", false, false),
                new Column("meaning", false, true)));
        for (SettingInfo setting : settings) {
            table.row(List.of(
                    Cell.of(setting.name()),
                    Cell.of(shown(setting.value())),
                    Cell.of(setting.value().equals(setting.standard()) ? "" : shown(setting.standard())),
                    Cell.of(setting.meaning())));
        }
        return table.text(width, false);
    }

    /** {@return what a change came to} */
    public static String changed(SettingInfo setting) {
        return setting.name() + " is " + shown(setting.value())
                + (setting.value().equals(setting.standard()) ? ", its default" : "")
                + (setting.atStart() ? "; it counts from the daemon's next start ('footplate kill', then start)" : "")
                + (setting.app() ? ", for every app that chose nothing else" : "");
    }

    private static String shown(String value) {
        return value.isEmpty() ? "none" : value;
    }
}
