package footplate.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Entry;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.AppName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AppRouteTest {
    private static final AppName SHOP = new AppName("shop");
    private static final Settings LARGE = Settings.standard().with(Setting.MAX_BODY_SIZE, "9GB");

    private static AppRoute route(Settings http, AppRoute.@Nullable Canary canary) {
        return new AppRoute(
                SHOP,
                new Entry("127.0.0.1", 1, List.of()),
                List.of(),
                new Availability.Serving(),
                new Gate(SHOP, PoolSignals.NONE, 0),
                new AppRoute.Terms(true, false, 3, Duration.ofSeconds(1), false, "", http),
                canary,
                null);
    }

    @Test
    void aRoutesSettingsGoBeforeTheAppsAndTheRestStays() {
        var app = route(Settings.standard().with(Setting.MAX_BODY_SIZE, "1MB").with(Setting.TRIES, "2"), null);
        var its = app.with(LARGE);

        assertThat(its.http().bytes(Setting.MAX_BODY_SIZE)).isEqualTo(9L << 30);
        assertThat(its.http().count(Setting.TRIES)).isEqualTo(2);
        assertThat(its.gate()).isSameAs(app.gate());
        assertThat(its.targets()).isSameAs(app.targets());
        assertThat(its.maxQueue()).isEqualTo(3);
        assertThat(its.over()).isEqualTo(LARGE);
        assertThat(app.http().bytes(Setting.MAX_BODY_SIZE)).isEqualTo(1 << 20);
        assertThat(app.with(Settings.standard())).isSameAs(app);
    }

    @Test
    void equalSettingsHaveOneRouteAndNoneIsMadeOfAnother() {
        var app = route(Settings.standard(), null);
        var its = app.with(LARGE);

        assertThat(app.with(Settings.standard().with(Setting.MAX_BODY_SIZE, "9GB")))
                .isSameAs(its);
        assertThat(its.plain()).isSameAs(app);
        assertThat(its.with(Settings.standard())).isSameAs(app);
        var other = its.with(Settings.standard().with(Setting.TRIES, "1"));
        assertThat(other.plain()).isSameAs(app);
        assertThat(other.http().bytes(Setting.MAX_BODY_SIZE)).isEqualTo(1 << 30);
    }

    @Test
    void whetherBodiesAreReadInFullFollowsTheRoute() {
        var app = route(Settings.standard(), null);

        assertThat(app.buffers()).isFalse();
        assertThat(app.with(Settings.standard().with(Setting.BUFFERING, "on")).buffers())
                .isTrue();
    }

    @Test
    void aNewReleaseThatHasAShareFollowsTheRouteAsWell() {
        var fresh = route(Settings.standard(), null);
        var app = route(Settings.standard(), new AppRoute.Canary(new Split(100, Settings.standard()), fresh));
        var side = Objects.requireNonNull(app.with(LARGE).canary());

        assertThat(side.route()).isSameAs(fresh.with(LARGE));
        assertThat(side.route().gate()).isSameAs(fresh.gate());
    }

    @Test
    void whatFilesChoseThatCameAndWentIsForgotten() {
        var app = route(Settings.standard(), null);
        var first = app.with(LARGE);
        for (int i = 1; i <= 2_000; i++) {
            app.with(Settings.standard().with(Setting.MAX_BODY_SIZE, i + "MB"));
        }
        assertThat(app.with(LARGE)).isNotSameAs(first);
        assertThat(app.with(LARGE).http().bytes(Setting.MAX_BODY_SIZE)).isEqualTo(9L << 30);
    }
}
