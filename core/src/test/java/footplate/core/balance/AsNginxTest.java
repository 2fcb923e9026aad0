package footplate.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The same servers for the same requests as nginx 1.22.1 chose, with weights 3, 1, 2, 1, 1 at 127.0.0.1:18081 to 18085 and max_fails=0. */
final class AsNginxTest {
    private static final int[] WEIGHTS = {3, 1, 2, 1, 1};

    private static Upstreams with(Balance balance, boolean firstDown) {
        var upstreams = new Upstreams(balance, 1);
        for (int i = 0; i < WEIGHTS.length; i++) {
            upstreams.add(i == 0 && firstDown ? Upstreams.down(WEIGHTS[i]) : Upstreams.terms(WEIGHTS[i], 0, 0));
        }
        return upstreams;
    }

    @Test
    void roundRobinAndLeastConnOfIdleServers() {
        var expected = "021034200210342002103420";
        assertThat(with(new Balance.RoundRobin(), false).row(24, 0)).isEqualTo(expected);
        assertThat(with(new Balance.LeastConn(), false).row(24, 0)).isEqualTo(expected);
    }

    private static String networks(boolean firstDown) {
        var upstreams = with(new Balance.IpHash(), firstDown);
        var row = new StringBuilder();
        for (int i = 0; i < 120; i++) {
            row.append(upstreams.pass(Upstreams.from(10 + i, i * 37 % 256, i * 101 % 256, i), 0));
        }
        return row.toString();
    }

    /** 2001:db8:N::M. */
    private static String networks6(boolean firstDown) {
        var upstreams = with(new Balance.IpHash(), firstDown);
        var row = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            int n = i * 257;
            int m = i + 1;
            row.append(upstreams.pass(
                    Upstreams.from(0x20, 1, 0xd, 0xb8, n >> 8, n & 255, 0, 0, 0, 0, 0, 0, 0, 0, m >> 8, m & 255), 0));
        }
        return row.toString();
    }

    @Test
    void ipHash() {
        assertThat(networks(false))
                .isEqualTo(
                        "210320403204202042003420031000310422104200032002120421034210320103204232042100420032200310003104231042000420021200210342");
        assertThat(networks6(false)).isEqualTo("032042104200320421042003200210421032003204210420032042104200");
    }

    @Test
    void ipHashWithOneDownSendsOnlyItsOwnElsewhere() {
        assertThat(networks(true))
                .isEqualTo(
                        "211322423214232142233422231422314422134211332222124421134214322113224232142122422232222314123144231342223421321244214342");
        assertThat(networks6(true)).isEqualTo("132242124231324421342313232214421332423234211424232142134241");
    }

    private static String keys(boolean consistent, boolean firstDown) {
        var upstreams = with(new Balance.Hash("$arg_k", consistent), firstDown);
        var row = new StringBuilder();
        for (int i = 0; i < 150; i++) {
            row.append(upstreams.pass(Upstreams.key("key" + i + "-" + "abcdefghijkl".substring(0, i % 12)), 0));
        }
        return row.toString();
    }

    @Test
    void hash() {
        assertThat(keys(false, false))
                .isEqualTo(
                        "001200044223014330334121313020212030010340000430302402200300102100200302404434200202033020101203230223341004044001040033423212031031122020130330342201");
        assertThat(keys(false, true))
                .isEqualTo(
                        "141242344223414333334121313323212231413343233431322422231321142113233322444434232222233223131223233223341214244231341333423212331331122222131334342221");
    }

    @Test
    void hashConsistent() {
        assertThat(keys(true, false))
                .isEqualTo(
                        "202102201430332130003402412243400203042020023220422000011012404100024402002120021020010333122042000030132240221103200002344202021002000001000312200140");
        assertThat(keys(true, true))
                .isEqualTo(
                        "242142231434332133123432412243423233242121423222422232111412424141124412222122121222111333122442332431132242221123242142344212121242234211142312234142");
    }
}
