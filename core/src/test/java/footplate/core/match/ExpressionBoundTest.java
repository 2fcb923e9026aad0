package footplate.core.match;

import static footplate.core.match.Written.get;
import static footplate.core.match.Written.route;
import static footplate.core.match.Written.table;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.routes.Route;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Java's expressions have no bound on their time; these have. A group that is referred to keeps Java from remembering what failed. */
final class ExpressionBoundTest {
    private final Captured captured = new Captured();

    private void isGivenUp(RouteTable table, String target, String... fields) {
        // Without a bound: longer than anybody waits.
        int place = Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> table.find(get("h", target, fields), captured, -1));

        assertThat(place).as("not the next best route either").isEqualTo(-1);
        assertThat(captured.why()).isEqualTo(Captured.Why.TOO_LONG_A_SEARCH);
    }

    @Test
    void oneThatGoesBackAndForthIsGivenUp() {
        var table = table(route("", "~^/(a+)+\\1b$"), route("", "/*"));

        isGivenUp(table, "/" + "a".repeat(64));

        assertThat(table.find(get("h", "/aaab"), captured, -1))
                .as("and nothing is left of it")
                .isZero();
        assertThat(captured.why()).isEqualTo(Captured.Why.NO_ROUTE);
    }

    @Test
    void soIsOneOfAValueOfTheRequest() {
        var table = table(
                route("", "/*", "", Map.of("x-a", "~^(a+)+\\1b$"), Map.of()),
                route("", "/*", "", Map.of(), Map.of("q", "~^(a+)+\\1b$")));

        isGivenUp(table, "/", "X-A: " + "a".repeat(64));
        isGivenUp(table, "/?q=" + "a".repeat(64));
    }

    @Test
    void oneThatGoesTooDeepIsGivenUp() {
        isGivenUp(table(route("", "~^/(a|b)*$"), route("", "/*")), "/" + "ab".repeat(40_000));
    }

    @Test
    void allOfASearchHaveOneBound() {
        var routes = new Route[1_000];
        for (int i = 0; i < routes.length; i++) {
            routes[i] = route("", "~.*x" + i + "[0-9]");
        }

        isGivenUp(table(routes), "/" + "a".repeat(500));
    }

    @Test
    void plainOnesAreFarFromIt() {
        var routes = new Route[100];
        for (int i = 0; i < routes.length; i++) {
            routes[i] = route("", "~^/v" + i + "/.*\\.php$");
        }
        var table = table(routes);

        assertThat(table.find(get("h", "/v99/" + "a/".repeat(4_000) + "x.php"), captured, -1))
                .isEqualTo(99);
    }
}
