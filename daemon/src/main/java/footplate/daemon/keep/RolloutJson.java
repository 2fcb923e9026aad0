package footplate.daemon.keep;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;
import footplate.core.config.AppDefinition;
import footplate.core.config.Settings;
import footplate.core.deploy.Rollout;
import footplate.core.deploy.RolloutPlan;
import footplate.core.deploy.Stage;
import footplate.core.keep.AppState;
import java.time.Instant;
import java.util.function.Function;

/**
 * A change under way in the state file: what a later daemon needs to go on with it. The plan is made again of the
 * settings; what was counted of requests is lost, and a canary's step is judged by what comes from then on.
 */
final class RolloutJson {
    /** Reads a definition. */
    interface Definitions {
        AppDefinition read(Fields fields) throws Malformed;
    }

    private final Definitions definitions;
    private final Settings settings;

    /** @param settings the app's, over the server's */
    RolloutJson(Definitions definitions, Settings settings) {
        this.definitions = definitions;
        this.settings = settings;
    }

    static JsonBody write(Rollout rollout, Function<AppDefinition, JsonBody> definitions) {
        return out -> {
            out.number("generation", rollout.generation());
            out.number("from", rollout.from());
            out.text("plan", rollout.plan().kind());
            out.number("crashes", rollout.crashes());
            out.number("progressAt", rollout.progressAt().toEpochMilli());
            stage(out, rollout.stage());
            var before = rollout.before();
            if (before != null) {
                out.object("before", definitions.apply(before));
            }
            var back = rollout.back();
            if (back != null) {
                out.object("back", (JsonBody) fields -> {
                    fields.number("generation", back.generation());
                    fields.number("release", back.release());
                    fields.text("why", back.why());
                });
            }
        };
    }

    private static void stage(JsonOut out, Stage stage) {
        switch (stage) {
            case Stage.Filling(int step) -> {
                out.text("stage", "filling");
                out.number("step", step);
            }
            case Stage.Holding(int step, var since, var _) -> {
                out.text("stage", "holding");
                out.number("step", step);
                out.number("at", since.toEpochMilli());
            }
            case Stage.Checking(int step) -> {
                out.text("stage", "checking");
                out.number("step", step);
            }
            case Stage.Awaiting _ -> out.text("stage", "awaiting");
            case Stage.Monitoring(var until) -> {
                out.text("stage", "monitoring");
                out.number("at", until.toEpochMilli());
            }
            case Stage.Paused(var within, var why) -> {
                stage(out, within);
                out.text("paused", why);
            }
        }
    }

    Rollout rollout(Fields fields) throws Malformed {
        var before = fields.optional("before", definitions::read);
        var back = fields.optional("back", RolloutJson::back);
        return new Rollout(
                fields.integer("generation", 0, Integer.MAX_VALUE),
                before,
                fields.integer("from", 0, Integer.MAX_VALUE),
                RolloutPlan.again(fields.text("plan"), settings),
                stage(fields),
                Instant.ofEpochMilli(fields.number("progressAt", 0, Long.MAX_VALUE)),
                0,
                fields.integer("crashes", 0, Integer.MAX_VALUE),
                0,
                back,
                null);
    }

    private static Rollout.Back back(Fields fields) throws Malformed {
        return new Rollout.Back(
                fields.integer("generation", 0, Integer.MAX_VALUE),
                fields.integer("release", 0, Integer.MAX_VALUE),
                fields.text("why"));
    }

    private static Stage stage(Fields fields) throws Malformed {
        var stage = switch (fields.text("stage")) {
            case "filling" -> new Stage.Filling(step(fields));
            case "holding" -> new Stage.Holding(step(fields), at(fields), false);
            case "checking" -> new Stage.Checking(step(fields));
            case "awaiting" -> new Stage.Awaiting();
            case "monitoring" -> new Stage.Monitoring(at(fields));
            default -> throw new Malformed(fields.at("stage"), "is not a stage that this version knows");
        };
        var paused = fields.optionalText("paused");
        return paused == null ? stage : new Stage.Paused(stage, paused);
    }

    private static int step(Fields fields) throws Malformed {
        return fields.integer("step", 0, 1_000);
    }

    private static Instant at(Fields fields) throws Malformed {
        return Instant.ofEpochMilli(fields.number("at", 0, Long.MAX_VALUE));
    }

    static JsonBody write(AppState.Warm warm, Function<AppDefinition, JsonBody> definitions) {
        return out -> {
            out.object("definition", definitions.apply(warm.definition()));
            out.number("upTo", warm.upTo());
            out.number("until", warm.until().toEpochMilli());
        };
    }

    AppState.Warm warm(Fields fields) throws Malformed {
        return new AppState.Warm(
                definitions.read(fields.object("definition")),
                fields.integer("upTo", 0, Integer.MAX_VALUE),
                Instant.ofEpochMilli(fields.number("until", 0, Long.MAX_VALUE)));
    }
}
