package footplate.core.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Launch;
import footplate.core.config.PoolSettings;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.StopSettings;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.deploy.ReleaseDiff.Change;
import footplate.core.name.AppName;
import footplate.core.supervise.RestartRule;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReleaseDiffTest {
    private static Release release(int number, AppDefinition definition) {
        return new Release(
                number,
                number,
                new Origin.Git("https://example/shop", "main", "0123456789abcdef"),
                "",
                "",
                new Release.Layers(Map.of(), Map.of()),
                definition,
                "ann",
                Instant.EPOCH);
    }

    private static AppDefinition app(String root, Map<String, String> environment, Settings settings) {
        var secrets = new HashMap<String, Secret>();
        environment.forEach((name, value) -> secrets.put(name, new Secret(value)));
        return new AppDefinition(
                new AppName("shop"),
                root,
                new Launch.Node(root + "/app.js", List.of()),
                new Entry("127.0.0.1", 3000, List.of()),
                "production",
                secrets,
                new PoolSettings(1, 2, 0, 100, Duration.ofSeconds(60), Duration.ofSeconds(300)),
                RestartRule.USUAL,
                Duration.ofSeconds(90),
                false,
                new StopSettings(StopSignal.INT, Duration.ofSeconds(10), Duration.ofSeconds(30)),
                "",
                settings,
                0);
    }

    @Test
    void releasesThatDifferOnlyInTheirFolderAreTheSame() {
        var one = release(1, app("/h/1", Map.of("A", "1"), Settings.standard()));
        var again = new Release(
                2,
                2,
                one.origin(),
                "",
                "",
                one.layers(),
                app("/h/2", Map.of("A", "1"), Settings.standard()),
                "bob",
                Instant.MAX);

        assertThat(ReleaseDiff.between(one, again)).isEmpty();
    }

    @Test
    void settingsAreToldWithBothValues() {
        var before = release(1, app("/h/1", Map.of(), Settings.standard().with(Setting.TRIES, "3")));
        var after = release(2, app("/h/2", Map.of(), Settings.standard().with(Setting.READ_TIMEOUT, "5s")));

        assertThat(ReleaseDiff.between(before, after))
                .containsExactlyInAnyOrder(
                        new Change("tries", false, "3", null), new Change("read-timeout", false, null, "5s"));
    }

    @Test
    void ofVariablesNothingIsToldButThatTheyChanged() {
        var before = release(
                1, app("/h/1", Map.of("GONE", "hunter2", "SAME", "hunter3", "OTHER", "hunter4"), Settings.standard()));
        var after = release(
                2, app("/h/2", Map.of("NEW", "hunter5", "SAME", "hunter3", "OTHER", "hunter66"), Settings.standard()));

        var changes = ReleaseDiff.between(before, after);

        assertThat(changes)
                .containsExactly(
                        new Change("GONE", true, "***", null),
                        new Change("NEW", true, null, "***"),
                        new Change("OTHER", true, "***", "***"));
        assertThat(changes.toString()).doesNotContain("hunter");
        assertThat(new Secret("hunter2")).hasToString("***");
    }
}
