package footplate.core.balance;

import static footplate.core.balance.Upstreams.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.pool.Load.Out;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HealthTest {
    private static final Balance TURNS = new Balance.RoundRobin();

    private static void failed(Upstreams upstreams, int place, long now) {
        upstreams.servers.get(place).failed(now);
    }

    private static void succeeded(Upstreams upstreams, int place, long now) {
        upstreams.servers.get(place).succeeded(1_000, 1_000, now);
    }

    /** nginx's fields and the lines that change them, one request after the other. */
    private static final class Peer {
        private final int maxFails;
        private final long failTimeout = 10 * SECOND;
        private int fails;
        private long accessed;
        private long checked = Long.MIN_VALUE / 2;

        Peer(int maxFails) {
            this.maxFails = maxFails;
        }

        boolean isLeftOut(long now) {
            return maxFails > 0 && fails >= maxFails && now - checked <= failTimeout;
        }

        void chosen(long now) {
            if (now - checked > failTimeout) {
                checked = now;
            }
        }

        void ended(boolean failed, long now) {
            if (failed) {
                fails++;
                accessed = now;
                checked = now;
            } else if (accessed < checked) {
                fails = 0;
            }
        }
    }

    @Test
    void failuresAreCountedAndForgottenAsInNginx() {
        for (var balance : ChoosingTest.ALL) {
            Seeds.each(40, random -> {
                var upstreams = new Upstreams(balance, random.nextLong());
                var peers = new Peer[2 + random.nextInt(3)];
                for (int i = 0; i < peers.length; i++) {
                    int maxFails = random.nextInt(4);
                    peers[i] = new Peer(maxFails);
                    upstreams.add(Upstreams.terms(1 + random.nextInt(3), 0, maxFails));
                }
                int bad = random.nextInt(peers.length);
                long now = 1;
                for (int step = 0; step < 300; step++) {
                    now += random.nextInt(4) == 0 ? random.nextLong(7 * SECOND) : random.nextLong(SECOND);
                    int place = upstreams.pass(Upstreams.key("/" + random.nextInt(100)), now);
                    boolean anyIn = false;
                    for (var peer : peers) {
                        anyIn |= !peer.isLeftOut(now);
                    }
                    assertThat(place >= 0)
                            .describedAs("%s at step %d", balance, step)
                            .isEqualTo(anyIn);
                    if (place < 0) {
                        continue;
                    }
                    assertThat(peers[place].isLeftOut(now))
                            .describedAs("%s at step %d", balance, step)
                            .isFalse();
                    peers[place].chosen(now);
                    boolean fails = random.nextInt(place == bad ? 2 : 8) == 0;
                    now += random.nextLong(SECOND);
                    peers[place].ended(fails, now);
                    if (fails) {
                        failed(upstreams, place, now);
                    } else {
                        succeeded(upstreams, place, now);
                    }
                }
            });
        }
    }

    @Test
    void afterTheTimeOneRequestTriesItHoweverManyCome() {
        for (var balance : ChoosingTest.ALL) {
            var upstreams =
                    Upstreams.weighing(balance).add(Upstreams.terms(1, 0, 1)).add(Upstreams.terms(1, 1, 0));
            failed(upstreams, 0, SECOND);
            assertThat(upstreams.claim(2 * SECOND)).isEqualTo(1);
            assertThat(upstreams.claim(3 * SECOND)).isEqualTo(-1);
            assertThat(upstreams.claim(11 * SECOND)).isEqualTo(-1);
            assertThat(upstreams.claim(11 * SECOND + 1)).isEqualTo(0);
            assertThat(upstreams.claim(11 * SECOND + 2)).isEqualTo(-1);
            assertThat(upstreams.claim(21 * SECOND + 1)).isEqualTo(-1);
            // Nothing was heard of the trial: the next.
            assertThat(upstreams.claim(21 * SECOND + 2)).isEqualTo(0);
            succeeded(upstreams, 0, 22 * SECOND);
            assertThat(upstreams.claim(22 * SECOND)).isEqualTo(0);
            assertThat(upstreams.claim(22 * SECOND)).isEqualTo(0);
        }
    }

    @Test
    void aSuccessThatWasUnderWayBeforeTheFailureForgivesNothing() {
        var upstreams = new Upstreams(TURNS, 1).add(Upstreams.terms(1, 0, 1)).add(Upstreams.terms(1, 0, 1));
        failed(upstreams, 0, SECOND);
        succeeded(upstreams, 0, 2 * SECOND);
        assertThat(upstreams.row(3, 3 * SECOND)).isEqualTo("111");
    }

    @Test
    void aSingleServerIsNeverLeftOut() {
        for (var balance : ChoosingTest.ALL) {
            var upstreams = new Upstreams(new Group(balance, new Circuit(0, 0, 1, Duration.ofSeconds(5))), 1)
                    .add(Upstreams.terms(1, 0, 1));
            for (int i = 0; i < 5; i++) {
                failed(upstreams, 0, SECOND);
            }
            assertThat(upstreams.row(2, SECOND)).isEqualTo("00");
            // And one that is left is not, either.
            upstreams.add(Upstreams.terms(1, 0, 1));
            failed(upstreams, 0, 2 * SECOND);
            assertThat(upstreams.row(2, 2 * SECOND)).isEqualTo("11");
            upstreams.remove(1, 2 * SECOND);
            assertThat(upstreams.row(2, 2 * SECOND)).isEqualTo("00");
        }
    }

    @Test
    void turnsAreSmoothAmongThoseThatAreIn() {
        var upstreams = Upstreams.weighing(TURNS, 5, 1, 1);
        new Check(upstreams.servers.getFirst(), 1, 1, true, 0);
        assertThat(upstreams.row(4, 0)).isEqualTo("1212");
    }

    @Test
    void aBackupServesOnlyWhenNoOtherTakesTheRequest() {
        for (var balance : ChoosingTest.ALL) {
            var upstreams = new Upstreams(balance, 1)
                    .add(Upstreams.terms(1, 1, 1))
                    .add(Upstreams.backup())
                    .add(Upstreams.terms(1, 0, 1));
            for (int i = 0; i < 20; i++) {
                assertThat(upstreams.pass(Upstreams.key("/" + i), 0)).isNotEqualTo(1);
            }
            failed(upstreams, 0, SECOND);
            failed(upstreams, 2, SECOND);
            assertThat(upstreams.row(3, SECOND)).isEqualTo("111");
            assertThat(upstreams.pass(Asked.NOTHING, 12 * SECOND)).isNotEqualTo(1);
        }
    }

    @Test
    void theWeightOfOneThatComesInGrowsFromNothingToTheWhole() {
        var terms = new ServerTerms(2, 0, 1, Duration.ofSeconds(10), Duration.ofSeconds(100), false, false);
        var upstreams = new Upstreams(TURNS, 1).add(terms).add(terms);
        upstreams.add("late:1", terms, true, 0);
        for (int at = 10; at <= 100; at += 10) {
            // Of 600 turns the late one has at/100 to 1 and 1.
            int late = 0;
            for (int i = 0; i < 600; i++) {
                late += upstreams.pass(Asked.NOTHING, at * SECOND) == 2 ? 1 : 0;
            }
            assertThat((double) late).isBetween(600.0 * at / (200 + at) - 3, 600.0 * at / (200 + at) + 3);
        }
        failed(upstreams, 0, 200 * SECOND);
        assertThat(upstreams.pass(Asked.NOTHING, 211 * SECOND)).isBetween(0, 2);
        for (int i = 0; i < 3; i++) {
            upstreams.pass(Asked.NOTHING, 211 * SECOND);
        }
        succeeded(upstreams, 0, 211 * SECOND);
        int back = 0;
        for (int i = 0; i < 500; i++) {
            back += upstreams.pass(Asked.NOTHING, 221 * SECOND) == 0 ? 1 : 0;
        }
        assertThat(back).isBetween(500 / 21 - 3, 500 / 21 + 3);
    }

    @Test
    void aCircuitOpensAfterFailuresInARowAndOneRequestDecidesWhetherItCloses() {
        var group = new Group(TURNS, new Circuit(0, 0, 3, Duration.ofSeconds(5)));
        var upstreams = new Upstreams(group, 1).add(Upstreams.terms(1, 0, 0)).add(Upstreams.terms(1, 0, 0));
        var load = upstreams.servers.getFirst().load();
        failed(upstreams, 0, SECOND);
        failed(upstreams, 0, SECOND);
        succeeded(upstreams, 0, SECOND);
        failed(upstreams, 0, SECOND);
        failed(upstreams, 0, SECOND);
        assertThat(load.isOut(Out.CIRCUIT)).isFalse();
        failed(upstreams, 0, SECOND);
        assertThat(load.isOut(Out.CIRCUIT)).isTrue();
        // What was under way when it opened changes nothing.
        succeeded(upstreams, 0, 2 * SECOND);
        failed(upstreams, 0, 3 * SECOND);
        assertThat(upstreams.row(3, 6 * SECOND - 1)).isEqualTo("111");
        assertThat(upstreams.row(4, 6 * SECOND)).containsOnlyOnce("0");
        failed(upstreams, 0, 7 * SECOND);
        assertThat(upstreams.row(3, 12 * SECOND - 1)).isEqualTo("111");
        assertThat(upstreams.row(4, 12 * SECOND)).containsOnlyOnce("0");
        succeeded(upstreams, 0, 13 * SECOND);
        assertThat(upstreams.row(4, 13 * SECOND)).isIn("0101", "1010");
    }

    @Test
    void limitsOfTheCircuitJoinThoseThatAreThere() {
        var circuit = new Circuit(5, 7, 0, Duration.ofSeconds(1));
        assertThat(circuit.concurrency(Upstreams.terms(1, 0, 0))).isEqualTo(5);
        assertThat(circuit.concurrency(Upstreams.terms(1, 3, 0))).isEqualTo(3);
        assertThat(circuit.pending(100)).isEqualTo(7);
        assertThat(Circuit.NONE.concurrency(Upstreams.terms(1, 3, 0))).isEqualTo(3);
        assertThat(Circuit.NONE.pending(100)).isEqualTo(100);
    }

    @Test
    void anActiveCheckNeedsSoManyInARow() {
        var upstreams = new Upstreams(TURNS, 1).add(Upstreams.terms(1, 0, 0)).add(Upstreams.terms(1, 0, 0));
        var check = new Check(upstreams.servers.getFirst(), 2, 3, false, 0);
        for (boolean passed : new boolean[] {false, false, true, false, false}) {
            assertThat(check.ended(passed, 0)).isFalse();
        }
        assertThat(check.ended(false, 0)).isTrue();
        assertThat(check.isOut()).isTrue();
        assertThat(upstreams.row(3, 0)).isEqualTo("111");
        assertThat(check.ended(true, 0)).isFalse();
        assertThat(check.ended(false, 0)).isFalse();
        assertThat(check.ended(true, 0)).isFalse();
        assertThat(check.ended(true, 0)).isTrue();
        assertThat(upstreams.row(4, 0)).contains("0");
    }

    @Test
    void belowThePanicThresholdAllAreUsedAsIfNothingWereWrong() {
        for (var balance : ChoosingTest.ALL) {
            var upstreams = Upstreams.weighing(balance, 1, 1, 1, 1)
                    .add(Upstreams.down(1))
                    .panicBelow(50);
            for (int i = 0; i < 2; i++) {
                new Check(upstreams.servers.get(i), 1, 1, true, 0);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(upstreams.pass(Upstreams.key("/" + i), 0)).isBetween(2, 3);
            }
            assertThat(upstreams.balancer().isInPanic()).isFalse();
            new Check(upstreams.servers.get(2), 1, 1, true, 0);
            var seen = new java.util.TreeSet<Integer>();
            for (int i = 0; i < 200; i++) {
                int place = upstreams.claim(Upstreams.from(i, i, i, i), Tried.NONE, 0);
                seen.add(balance instanceof Balance.Hash ? upstreams.pass(Upstreams.key("/" + i), 0) : place);
            }
            assertThat(seen).describedAs("%s", balance).containsExactly(0, 1, 2, 3);
            assertThat(upstreams.balancer().isInPanic()).isTrue();
        }
    }

    @Test
    void thereIsNoPanicAsLongAsBackupsAreWell() {
        var upstreams = new Upstreams(TURNS, 1)
                .add(Upstreams.terms(1, 0, 0))
                .add(Upstreams.terms(1, 0, 0))
                .add(Upstreams.backup())
                .panicBelow(60);
        new Check(upstreams.servers.get(0), 1, 1, true, 0);
        assertThat(upstreams.row(3, 0)).isEqualTo("111");
        new Check(upstreams.servers.get(1), 1, 1, true, 0);
        assertThat(upstreams.row(3, 0)).isEqualTo("222");
        new Check(upstreams.servers.get(2), 1, 1, true, 0);
        assertThat(upstreams.row(4, 0)).isIn("0101", "1010");
    }

    @Test
    void aPanicOverridesNoDrainAndNoLimit() {
        var upstreams = new Upstreams(TURNS, 1)
                .add(Upstreams.terms(1, 1, 0))
                .add(Upstreams.terms(1, 0, 0))
                .panicBelow(100);
        new Check(upstreams.servers.get(0), 1, 1, true, 0);
        new Check(upstreams.servers.get(1), 1, 1, true, 0);
        upstreams.servers.get(1).load().close();
        assertThat(upstreams.claim(0)).isEqualTo(0);
        assertThat(upstreams.claim(0)).isEqualTo(-1);
    }
}
