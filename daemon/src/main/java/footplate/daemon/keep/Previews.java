package footplate.daemon.keep;

import footplate.core.config.Entry;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.HostName;
import java.util.List;

/** Where a new release answers before it takes over. */
public final class Previews {
    private Previews() {}

    /** The entry of a preview: the app's port under another host name, or another port; the app's own without one. */
    public static Entry entry(Entry app, Settings settings) {
        var preview = settings.text(Setting.PREVIEW);
        if (preview.isEmpty()) {
            return app;
        }
        return preview.chars().allMatch(Character::isDigit)
                ? new Entry(app.address(), Integer.parseInt(preview), List.of())
                : new Entry(app.address(), app.port(), List.of(new HostName(preview)));
    }
}
