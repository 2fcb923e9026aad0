package footplate.daemon.deploy;

import footplate.api.json.Fields;
import footplate.api.json.Json;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import footplate.core.config.Secret;
import footplate.core.deploy.Ended;
import footplate.core.deploy.Origin;
import footplate.core.deploy.Release;
import footplate.daemon.keep.DefinitionJson;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The files of a release as JSON. */
final class ReleaseJson {
    private static final int FORMAT = 1;
    private static final Ended.Kind[] KINDS = Ended.Kind.values();

    private ReleaseJson() {}

    static String write(Release release) {
        return Json.text((JsonBody) out -> {
            out.number("format", FORMAT);
            head(out, release.number(), release.code(), release.origin(), release.who(), release.when());
            out.text("command", release.command());
            out.text("file", release.file());
            out.map("kept", revealed(release.layers().kept()));
            out.map("chosen", revealed(release.layers().chosen()));
            out.object("definition", DefinitionJson.of(release.definition()));
        });
    }

    static Release release(String text, Consumer<String> troubles) throws Malformed {
        var fields = read(text);
        return new Release(
                fields.integer("number", 1, Integer.MAX_VALUE),
                fields.integer("code", 1, Integer.MAX_VALUE),
                origin(fields),
                fields.text("command"),
                fields.text("file"),
                new Release.Layers(secrets(fields.map("kept")), secrets(fields.map("chosen"))),
                DefinitionJson.read(fields.object("definition"), troubles),
                fields.text("who"),
                Instant.ofEpochMilli(fields.number("when", 0, Long.MAX_VALUE)));
    }

    /** Of a release that is kept no longer. */
    static String write(Past past) {
        return Json.text((JsonBody) out -> {
            out.number("format", FORMAT);
            head(out, past.number(), past.code(), past.origin(), past.who(), past.when());
            var ended = past.ended();
            if (ended != null) {
                out.object("ended", ended(ended));
            }
        });
    }

    static Past past(String text) throws Malformed {
        var fields = read(text);
        return new Past(
                fields.integer("number", 1, Integer.MAX_VALUE),
                fields.integer("code", 1, Integer.MAX_VALUE),
                origin(fields),
                fields.text("who"),
                Instant.ofEpochMilli(fields.number("when", 0, Long.MAX_VALUE)),
                false,
                fields.optional("ended", ReleaseJson::ended));
    }

    static String write(Ended ended) {
        return Json.text(ended(ended));
    }

    static Ended ended(String text) throws Malformed {
        return ended(Json.object("ended", text));
    }

    private static Fields read(String text) throws Malformed {
        var fields = Json.object("release", text);
        int format = fields.integer("format", 0, Integer.MAX_VALUE);
        if (format != FORMAT) {
            throw new Malformed(fields.at("format"), "is " + format + "; this version reads format " + FORMAT);
        }
        return fields;
    }

    private static void head(JsonOut out, int number, int code, Origin origin, String who, Instant when) {
        out.number("number", number);
        out.number("code", code);
        switch (origin) {
            case Origin.Folder(var path, var copied) -> {
                out.text("origin", copied ? "copy" : "folder");
                out.text("path", path);
            }
            case Origin.Archive(var path) -> {
                out.text("origin", "archive");
                out.text("path", path);
            }
            case Origin.Git(var repository, var ref, var commit) -> {
                out.text("origin", "git");
                out.text("path", repository);
                out.text("ref", ref);
                out.text("commit", commit);
            }
        }
        out.text("who", who);
        out.number("when", when.toEpochMilli());
    }

    private static Origin origin(Fields fields) throws Malformed {
        var path = fields.text("path");
        return switch (fields.text("origin")) {
            case "copy" -> new Origin.Folder(path, true);
            case "folder" -> new Origin.Folder(path, false);
            case "archive" -> new Origin.Archive(path);
            case "git" -> new Origin.Git(path, fields.text("ref"), fields.text("commit"));
            default -> throw new Malformed(fields.at("origin"), "is no origin that this version knows");
        };
    }

    private static JsonBody ended(Ended ended) {
        return out -> {
            out.text("kind", Fields.wireName(ended.kind()));
            out.text("why", ended.why());
            out.number("when", ended.when().toEpochMilli());
        };
    }

    private static Ended ended(Fields fields) throws Malformed {
        return new Ended(
                fields.constant("kind", KINDS),
                fields.text("why"),
                Instant.ofEpochMilli(fields.number("when", 0, Long.MAX_VALUE)));
    }

    private static Map<String, String> revealed(Map<String, Secret> secrets) {
        var revealed = new TreeMap<String, String>();
        secrets.forEach((name, value) -> revealed.put(name, value.reveal()));
        return revealed;
    }

    private static Map<String, Secret> secrets(Map<String, String> texts) {
        var secrets = new HashMap<String, Secret>();
        texts.forEach((name, value) -> secrets.put(name, new Secret(value)));
        return secrets;
    }
}
