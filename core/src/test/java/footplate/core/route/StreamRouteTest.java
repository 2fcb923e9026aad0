package footplate.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.routes.HostMatch;
import footplate.core.name.AppName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamRouteTest {
    private static StreamRoute route(String to, String... sni) {
        var map = new LinkedHashMap<HostMatch, AppName>();
        for (var name : sni) {
            map.put(HostMatch.of(name), new AppName("p" + map.size()));
        }
        return new StreamRoute(to.isEmpty() ? null : new AppName(to), map, Duration.ofMinutes(1), 0);
    }

    @Test
    void theNearestNameWins() {
        var route = route("rest", "~^shop", "*.example", "*.b.example", "shop.*", "a.b.example");
        assertThat(route.pool("a.b.example")).hasToString("p4");
        assertThat(route.pool("c.b.example")).hasToString("p2");
        assertThat(route.pool("c.example")).hasToString("p1");
        assertThat(route.pool("shop.test")).hasToString("p3");
        assertThat(route.pool("shopping.test")).hasToString("p0");
        assertThat(route.pool("example")).hasToString("rest");
        assertThat(route.pool(null)).hasToString("rest");
        assertThat(route.byName()).isTrue();
    }

    @Test
    void anExpressionThatTakesTooLongLeadsNowhereAndNotToTheNextBest() {
        var route = route("rest", "~^(a+)+\\1b$", "~^c");
        assertThat(route.pool("a".repeat(60) + "b.b")).isNull();
        assertThat(route.pool("aab")).hasToString("p0");
        assertThat(route.pool("ccc")).hasToString("p1");
    }

    @Test
    void whoIsMeantByNothingIsNobodys() {
        assertThat(route("", "a.example").pool("b.example")).isNull();
        assertThat(route("", "a.example").pool(null)).isNull();
        assertThat(new StreamRoute(new AppName("p"), Map.of(), Duration.ZERO, 0).byName())
                .isFalse();
    }
}
