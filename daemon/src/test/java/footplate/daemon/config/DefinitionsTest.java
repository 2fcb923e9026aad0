package footplate.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import footplate.api.v1.StartRequest;
import footplate.core.config.AppDefinition;
import footplate.core.config.Launch;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.daemon.config.Definitions.Startup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DefinitionsTest {
    private static final Startup STARTUP = new Startup(Path.of("/srv/shop"), new Launch.Command("serve"));

    private Settings server = Settings.standard();

    @Test
    void theFlagNamesTheEnvironmentBeforeTheCallersNodeEnvAndThatBeforeTheUsual() throws Refused {
        var background = new Definitions(false, 2);

        assertThat(environment(background, "qa", Map.of("NODE_ENV", "staging"))).isEqualTo("qa");
        assertThat(environment(background, null, Map.of("NODE_ENV", "staging"))).isEqualTo("staging");
        assertThat(environment(background, null, Map.of("NODE_ENV", " "))).isEqualTo("production");
        assertThat(environment(new Definitions(true, 2), null, Map.of())).isEqualTo("development");
    }

    @Test
    void anAppsSettingsAreKeptAndWhatIsWrongWithThemIsToldAtOnce() throws Refused {
        var app = define(new Definitions(false, 2), null, Map.of("tries", "2", "error-pages", ""), Map.of());
        assertThat(app.settings().chosen()).containsOnly(entry(Setting.TRIES, "2"), entry(Setting.ERROR_PAGES, ""));

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> define(
                        new Definitions(false, 2),
                        null,
                        Map.of("tries", "many", "workers", "2", "colour", "red"),
                        Map.of()))
                .satisfies(refused -> assertThat(refused.problems().stream().map(Object::toString))
                        .hasSize(3)
                        .anyMatch(problem -> problem.contains("'many' is not a value"))
                        .anyMatch(problem -> problem.contains("footplate set workers 2"))
                        .anyMatch(problem -> problem.startsWith("colour: is not a setting")));
    }

    @Test
    void anInstanceThatLeavesHasTheTimeThatWasChosenForItOrForTheServer() throws Refused {
        var background = new Definitions(false, 2);
        var byHand = new Definitions(true, 2);
        assertThat(drain(background, Map.of())).isEqualTo(Duration.ofSeconds(30));
        assertThat(drain(byHand, Map.of())).isEqualTo(Duration.ofSeconds(2));
        assertThat(drain(byHand, Map.of("drain", "7s"))).isEqualTo(Duration.ofSeconds(7));

        server = server.with(Setting.DRAIN, "9s");

        assertThat(drain(background, Map.of())).isEqualTo(Duration.ofSeconds(9));
        assertThat(drain(background, Map.of("drain", "7s"))).isEqualTo(Duration.ofSeconds(7));
    }

    private Duration drain(Definitions definitions, Map<String, String> settings) throws Refused {
        return define(definitions, null, settings, Map.of()).stop().drainTimeout();
    }

    private String environment(Definitions definitions, @Nullable String flag, Map<String, String> env) throws Refused {
        return define(definitions, flag, Map.of(), env).environmentName();
    }

    private AppDefinition define(
            Definitions definitions, @Nullable String flag, Map<String, String> settings, Map<String, String> env)
            throws Refused {
        var request = new StartRequest(
                null,
                "/srv/shop",
                null,
                flag,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                settings,
                env);
        return definitions.define(request, STARTUP, List.of(), server);
    }
}
