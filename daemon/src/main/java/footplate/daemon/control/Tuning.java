package footplate.daemon.control;

import footplate.api.v1.Event;
import footplate.api.v1.ServerSettings;
import footplate.api.v1.SetRequest;
import footplate.api.v1.SettingInfo;
import footplate.core.config.GivenMemory;
import footplate.core.config.Problem;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.keep.Event.Set;
import footplate.daemon.config.Definitions;
import footplate.daemon.config.Refused;
import footplate.daemon.keep.Keeper;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls about the server's settings. What one of them changes goes through the Keeper, so that two at once are in order. */
final class Tuning {
    private final Keeper keeper;
    private final GivenMemory memory;

    Tuning(Keeper keeper, GivenMemory memory) {
        this.keeper = keeper;
        this.memory = memory;
    }

    /** Every setting as it is. */
    ServerSettings settings() {
        var settings = keeper.state().settings();
        return new ServerSettings(Arrays.stream(Setting.values())
                .map(setting -> info(setting, settings))
                .toList());
    }

    /**
     * Another value for one setting; it counts when this returns, unless it counts at a start only.
     *
     * @param events is told of apps that chose a value of their own, which the change does not reach
     */
    ServerSettings set(SetRequest request, Consumer<Event> events) throws Refused, InterruptedException {
        var setting = Setting.of(request.name());
        if (setting == null) {
            throw new Refused(List.of(Definitions.unknownSetting(request.name())));
        }
        var value = request.value();
        var wrong = value == null ? null : problem(setting, value);
        if (wrong != null) {
            throw new Refused(List.of(wrong));
        }
        try {
            var state = keeper.ask(new Set(setting, value)).get();
            for (var app : state.apps().values()) {
                var own = app.definition().settings().chosen().get(setting);
                if (own != null) {
                    events.accept(Events.notice(
                            app.definition().name().value(), "has " + setting.label() + " " + own + " of its own"));
                }
            }
            return new ServerSettings(List.of(info(setting, state.settings())));
        } catch (ExecutionException never) {
            throw new IllegalStateException("the Keeper answers every event", never);
        }
    }

    private @Nullable Problem problem(Setting setting, String value) {
        var wrong = Settings.problem(setting, value);
        return wrong != null
                ? wrong
                : memory.problem(setting, Settings.standard().with(setting, value));
    }

    private static SettingInfo info(Setting setting, Settings settings) {
        return new SettingInfo(
                setting.label(),
                settings.text(setting),
                setting.standard(),
                setting.scope() == Setting.Scope.APP,
                setting.atStart(),
                setting.meaning());
    }
}
