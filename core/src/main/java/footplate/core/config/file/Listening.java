package footplate.core.config.file;

import footplate.core.config.form.Check;
import footplate.core.config.form.Fields;
import footplate.core.config.form.Key;
import footplate.core.config.form.Value;
import footplate.core.config.tree.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every address that the file listens on, and which of them get into each other's way. */
final class Listening {
    private final Check check;
    private final FileFacts files;
    private final List<Taken> taken = new ArrayList<>();

    Listening(Check check, FileFacts files) {
        this.check = check;
        this.files = files;
    }

    private enum Use {
        HTTP,
        TCP,
        UDP
    }

    private record Taken(Listen listen, Use use, Place place) {}

    /** The file's own; the default where none is written. */
    List<Listen> ofFile(Fields file) {
        if (!file.mentions(FileKeys.LISTEN)) {
            var standard = Listen.of(FileKeys.LISTEN.standard(), false, "", "");
            taken.add(new Taken(standard, Use.HTTP, file.place()));
            return List.of(standard);
        }
        return several(file.items(FileKeys.LISTEN));
    }

    List<Listen> ofApp(Fields app, Key key) {
        return several(app.items(key));
    }

    private List<Listen> several(List<Value> items) {
        var all = new ArrayList<Listen>();
        Set<String> here = new HashSet<>();
        for (var item : items) {
            var listen = one(item);
            if (listen == null) {
                continue;
            }
            if (!here.add(listen.describe())) {
                check.tell(item.place(), "'" + listen.describe() + "' is listened on already.", "Keep one of the two.");
                continue;
            }
            take(listen, Use.HTTP, item.place());
            all.add(listen);
        }
        return all;
    }

    private @Nullable Listen one(Value item) {
        return switch (item) {
            case Value.Word(var text, var _) -> Listen.of(text, false, "", "");
            case Fields fields -> block(fields);
            case Value.Items _, Value.Names _, Value.Hidden _ -> null;
        };
    }

    private @Nullable Listen block(Fields fields) {
        if (!fields.mentions(FileKeys.ADDRESS)) {
            check.tell(fields.place(), "The entry of 'listen' has no address.", "Write one, as 'address: \":443\"'.");
        }
        boolean certificate = fields.mentions(FileKeys.CERTIFICATE);
        if (certificate != fields.mentions(FileKeys.CERTIFICATE_KEY)) {
            var there = certificate ? FileKeys.CERTIFICATE : FileKeys.CERTIFICATE_KEY;
            var missing = certificate ? FileKeys.CERTIFICATE_KEY : FileKeys.CERTIFICATE;
            check.tell(
                    fields.place(there),
                    "'" + there.name() + "' is here, and '" + missing.name() + "' is missing.",
                    "Write both, or neither.");
        }
        files.file(fields, FileKeys.CERTIFICATE);
        files.file(fields, FileKeys.CERTIFICATE_KEY);
        boolean both = fields.has(FileKeys.CERTIFICATE) && fields.has(FileKeys.CERTIFICATE_KEY);
        return fields.has(FileKeys.ADDRESS)
                ? Listen.of(
                        fields.text(FileKeys.ADDRESS),
                        fields.on(FileKeys.PROXY_PROTOCOL),
                        both ? fields.text(FileKeys.CERTIFICATE) : "",
                        both ? fields.text(FileKeys.CERTIFICATE_KEY) : "")
                : null;
    }

    @Nullable
    Listen ofStream(Fields stream, boolean udp) {
        if (!stream.has(FileKeys.STREAM_LISTEN)) {
            return null;
        }
        var listen = Listen.of(stream.text(FileKeys.STREAM_LISTEN), false, "", "");
        take(listen, udp ? Use.UDP : Use.TCP, stream.valuePlace(FileKeys.STREAM_LISTEN));
        return listen;
    }

    /** HTTP shares an address with HTTP; a stream shares with nobody. */
    private void take(Listen listen, Use use, Place place) {
        for (var other : taken) {
            boolean sharing = use == Use.HTTP
                    && other.use == Use.HTTP
                    && listen.describe().equals(other.listen.describe());
            boolean apart = (use == Use.UDP) != (other.use == Use.UDP);
            if (!sharing && !apart && listen.collides(other.listen)) {
                check.tell(
                        place,
                        "Port %d is taken by '%s' in line %d."
                                .formatted(listen.port(), other.listen.describe(), other.place.line()),
                        "Choose another port, or another address for each of the two.");
                return;
            }
        }
        taken.add(new Taken(listen, use, place));
    }
}
