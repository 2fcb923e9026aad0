package footplate.core.config.file;

import footplate.core.config.Setting;
import footplate.core.config.file.Facts.Found;
import footplate.core.config.form.Check;
import footplate.core.config.form.Fields;
import footplate.core.config.form.Key;
import footplate.core.config.form.Section;
import footplate.core.config.tree.Place;
import java.util.List;

/** Tells of paths that lead to nothing usable. */
final class FileFacts {
    private final Check check;
    private final Facts facts;

    FileFacts(Check check, Facts facts) {
        this.check = check;
        this.facts = facts;
    }

    /** A folder, or a file: an app's root. */
    void root(String key, String path, Place place) {
        var found = facts.folder(path);
        tell(key, path, place, found == Found.OTHER ? Found.FINE : found, "folder");
    }

    void folder(String key, String path, Place place) {
        tell(key, path, place, facts.folder(path), "folder");
    }

    void file(String key, String path, Place place) {
        tell(key, path, place, facts.file(path), "file");
    }

    void file(Fields fields, Key key) {
        for (var word : fields.words(key)) {
            file(key.name(), word.text(), word.place());
        }
    }

    /** Settings that name folders. */
    void folders(Fields fields, List<Setting> settings) {
        for (var setting : settings) {
            var key = Section.key(setting);
            if (setting.namesFolder() && fields.has(key) && !fields.text(key).isEmpty()) {
                folder(key.name(), fields.text(key), fields.valuePlace(key));
            }
        }
    }

    private void tell(String key, String path, Place place, Found found, String wanted) {
        if (found == Found.FINE) {
            return;
        }
        var what = switch (found) {
            case FINE, NOTHING -> "there is no such " + wanted;
            case UNREADABLE -> "this user may not read it";
            case OTHER -> "it is no " + wanted;
        };
        check.tell(
                place,
                "'%s' names '%s', and %s.".formatted(key, path, what),
                found == Found.UNREADABLE
                        ? "Change its permissions (chmod u+r), or call as a user who may read it."
                        : "Correct the path; it is taken from this file's folder.");
    }
}
