package footplate.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

final class SmoothTurnsTest {
    private static String row(SmoothTurns turns, int count) {
        var row = new StringBuilder();
        for (int i = 0; i < count; i++) {
            row.append((char) ('a' + turns.next()));
        }
        return row.toString();
    }

    @Test
    void fiveOneOne() {
        assertThat(row(new SmoothTurns(new int[] {5, 1, 1}, 0), 14)).isEqualTo("aabacaaaabacaa");
        assertThat(row(new SmoothTurns(new int[] {500, 100, 100}, 9), 5)).isEqualTo("bacaa");
    }

    /** nginx's own loop. */
    private static int[] simulated(int[] weights, int count) {
        var current = new long[weights.length];
        long total = 0;
        for (int weight : weights) {
            total += weight;
        }
        var turns = new int[count];
        for (int turn = 0; turn < count; turn++) {
            int best = -1;
            for (int i = 0; i < weights.length; i++) {
                current[i] += weights[i];
                if (best < 0 || current[i] > current[best]) {
                    best = i;
                }
            }
            current[best] -= total;
            turns[turn] = best;
        }
        return turns;
    }

    @Test
    void anyWeightsGiveTheTurnsOfNginxAlsoWhereARoundIsLong() {
        Seeds.each(200, random -> {
            var weights = new int[1 + random.nextInt(random.nextBoolean() ? 6 : 60)];
            int most = random.nextBoolean() ? 4 : 10_000;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = 1 + random.nextInt(most);
            }
            var turns = new SmoothTurns(weights, 0);
            var expected = simulated(weights, 5_000);
            for (int turn : expected) {
                assertThat(turns.next()).isEqualTo(turn);
            }
        });
    }

    @Test
    void eachTurnIsGivenOnceHoweverManyAsk() throws InterruptedException {
        for (int most : new int[] {1, 3, 9_973}) {
            var weights = new int[40];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = 1 + i * 7_919 % most;
            }
            int count = 40_000;
            var expected = new int[weights.length];
            for (int turn : simulated(weights, count)) {
                expected[turn]++;
            }
            var turns = new SmoothTurns(weights, 0);
            var given = new AtomicIntegerArray(weights.length);
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < count / 4; i++) {
                        given.incrementAndGet(turns.next());
                    }
                }));
            }
            for (var thread : threads) {
                thread.join();
            }
            for (int i = 0; i < weights.length; i++) {
                assertThat(given.get(i)).isEqualTo(expected[i]);
            }
        }
    }
}
