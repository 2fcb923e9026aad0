package footplate.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.balance.ServerTerms;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.Upstream;
import footplate.core.config.servers.Balance;
import footplate.core.config.servers.Group;
import footplate.core.config.servers.Server;
import footplate.core.name.AppName;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UpstreamsTest {
    /** What an upstream's own {@code next_upstream} says counts as its setting, unless the setting was chosen; then the smaller does. */
    @ParameterizedTest
    @CsvSource({"4, , 4", "10, , 10", "0, , 1000000", "10, 2, 2"})
    void theTriesOfAnUpstream(int next, @Nullable String chosen, int most) {
        var settings =
                chosen == null ? Settings.standard() : Settings.standard().with(Setting.TRIES, chosen);
        var group = new Group(
                "legacy",
                new Balance.RoundRobin(),
                List.of(new Server(
                        new Server.Fixed(new Upstream.Tcp("127.0.0.1", 1)),
                        1,
                        0,
                        1,
                        Duration.ZERO,
                        Duration.ZERO,
                        false,
                        false)),
                null,
                null,
                new Group.Next(Set.of("error"), next, Duration.ZERO),
                null,
                0,
                null,
                100,
                Duration.ofSeconds(60),
                0,
                settings);
        var plan = new UpstreamPlan(
                new AppName("legacy"),
                group,
                List.of(new UpstreamPlan.Place("127.0.0.1:1", "a", ServerTerms.STANDARD)),
                false);

        var route = new Upstreams(PoolSignals.NONE, new Secret("for tests"))
                .routes(List.of(plan), Settings.standard(), 0)
                .getFirst();

        assertThat(route.http().count(Setting.TRIES)).isEqualTo(most);
        assertThat(route.with(Settings.standard().with(Setting.TRIES, "1"))
                        .http()
                        .count(Setting.TRIES))
                .isOne();
    }
}
