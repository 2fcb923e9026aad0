package footplate.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.api.v1.StartRequest;
import footplate.core.config.Launch;
import footplate.daemon.config.Definitions.Startup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DefinitionsTest {
    private static final Startup STARTUP = new Startup(Path.of("/srv/shop"), new Launch.Command("serve"));

    @Test
    void theFlagNamesTheEnvironmentBeforeTheCallersNodeEnvAndThatBeforeTheUsual() throws Refused {
        var background = new Definitions(false, 2);

        assertThat(environment(background, "qa", Map.of("NODE_ENV", "staging"))).isEqualTo("qa");
        assertThat(environment(background, null, Map.of("NODE_ENV", "staging"))).isEqualTo("staging");
        assertThat(environment(background, null, Map.of("NODE_ENV", " "))).isEqualTo("production");
        assertThat(environment(new Definitions(true, 2), null, Map.of())).isEqualTo("development");
    }

    private static String environment(Definitions definitions, @Nullable String flag, Map<String, String> env)
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
                env);
        return definitions.define(request, STARTUP, List.of()).environmentName();
    }
}
