package footplate.daemon.deploy;

import footplate.core.config.AppDefinition;
import footplate.core.config.Entry;
import footplate.core.config.Launch;
import footplate.core.config.PoolSettings;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.StopSettings;
import footplate.core.config.StopSettings.StopSignal;
import footplate.core.deploy.Origin;
import footplate.core.deploy.Release;
import footplate.core.name.AppName;
import footplate.core.supervise.RestartRule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Releases of an app named shop. */
final class Sample {
    static final AppName SHOP = new AppName("shop");
    static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

    private Sample() {}

    static AppDefinition definition(String root) {
        return new AppDefinition(
                SHOP,
                root,
                new Launch.Node(root + "/app.js", List.of("-x")),
                new Entry("127.0.0.1", 3000, List.of()),
                "production",
                Map.of("KEY", new Secret("hunter2")),
                new PoolSettings(1, 2, 0, 100, Duration.ofSeconds(60), Duration.ofSeconds(300)),
                RestartRule.USUAL,
                Duration.ofSeconds(90),
                true,
                new StopSettings(StopSignal.INT, Duration.ofSeconds(10), Duration.ofSeconds(30)),
                "",
                Settings.standard().with(Setting.TRIES, "2"),
                0);
    }

    static Release release(int number, int code, String root) {
        return new Release(
                number,
                code,
                new Origin.Git("https://host/shop", "main", "0123456789abcdef0123456789abcdef01234567"),
                "",
                "bin/www",
                new Release.Layers(Map.of("KEPT", new Secret("k")), Map.of("CHOSEN", new Secret("c"))),
                definition(root),
                "ann",
                NOW);
    }

    static Release release(int number) {
        return release(number, number, "/srv/shop");
    }
}
