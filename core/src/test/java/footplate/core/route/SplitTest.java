package footplate.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SplitTest {
    private static final Settings USUAL = Settings.standard();

    private record Client(Map<String, String> headers, Map<String, String> cookies, int anyPlace)
            implements Split.Asked {
        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public @Nullable String cookie(String name) {
            return cookies.get(name);
        }
    }

    private static Client at(int place) {
        return new Client(Map.of(), Map.of(), place);
    }

    @Test
    void aNewUserGetsAPlaceAndKeepsIt() {
        var split = new Split(50, USUAL);
        assertThat(split.of(at(49))).isEqualTo(new Split.Side(true, 49));
        assertThat(split.of(at(50))).isEqualTo(new Split.Side(false, 50));
        assertThat(split.of(new Client(Map.of(), Map.of(Split.COOKIE, "49"), 900)))
                .isEqualTo(new Split.Side(true, -1));
    }

    @Test
    void aGrowingShareMovesUsersToTheNewSideOnly() {
        for (int place = 0; place < Split.PLACES; place++) {
            var user = new Client(Map.of(), Map.of(Split.COOKIE, Integer.toString(place)), 0);
            boolean before = new Split(50, USUAL).of(user).fresh();
            boolean after = new Split(250, USUAL).of(user).fresh();
            assertThat(!before || after).isTrue();
        }
    }

    @Test
    void aCookieThatIsNoneOfOursCountsAsNone() {
        for (var value : new String[] {"", "x", "-1", "1000", "99999999999"}) {
            assertThat(new Split(500, USUAL)
                            .of(new Client(Map.of(), Map.of(Split.COOKIE, value), 3))
                            .newPlace())
                    .isEqualTo(3);
        }
    }

    @Test
    void aHeaderKeepsItsUsersOnOneSideInTheRightShare() {
        var split = new Split(200, USUAL.with(Setting.STICKY, "header:X-User"));
        var sides = new HashMap<Boolean, Integer>();
        for (int user = 0; user < 10_000; user++) {
            var client = new Client(Map.of("X-User", "user-" + user), Map.of(), user % 1_000);
            var side = split.of(client);
            assertThat(side).isEqualTo(split.of(new Client(client.headers(), Map.of(), 1)));
            assertThat(side.newPlace()).isEqualTo(-1);
            sides.merge(side.fresh(), 1, Integer::sum);
        }
        assertThat(sides.get(true)).isBetween(1_800, 2_200);
    }

    @Test
    void aHeaderOrACookieForcesASide() {
        var settings = USUAL.with(Setting.CANARY_HEADER, "X-Canary").with(Setting.CANARY_COOKIE, "canary");
        var split = new Split(0, settings);
        assertThat(split.of(new Client(Map.of("X-Canary", "always"), Map.of(), 999))
                        .fresh())
                .isTrue();
        assertThat(split.of(new Client(Map.of(), Map.of("canary", "always"), 999))
                        .fresh())
                .isTrue();
        assertThat(new Split(1_000, settings)
                        .of(new Client(Map.of("X-Canary", "never"), Map.of(), 0))
                        .fresh())
                .isFalse();
        assertThat(split.of(new Client(Map.of("X-Canary", "perhaps"), Map.of(), 0)))
                .isEqualTo(new Split.Side(false, -1));
    }

    @Test
    void withoutAShareNobodyIsGivenAPlace() {
        assertThat(new Split(0, USUAL).of(at(0))).isEqualTo(new Split.Side(false, -1));
    }
}
