package footplate.core.balance;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import org.junit.jupiter.api.Test;

final class RingTest {
    private static final int KEYS = 4_000;

    private static String[] owners(Upstreams upstreams) {
        var owners = new String[KEYS];
        for (int i = 0; i < KEYS; i++) {
            owners[i] = upstreams
                    .servers
                    .get(upstreams.pass(Upstreams.key("/page/" + i), 0))
                    .name();
        }
        return owners;
    }

    private static Upstreams ring(int servers, int seed) {
        var upstreams = new Upstreams(new Balance.Hash("$uri", true), 1);
        for (int i = 0; i < servers; i++) {
            upstreams.add("10.0." + seed + "." + i + ":8080", Upstreams.terms(1, 0, 0), false, 0);
        }
        return upstreams;
    }

    @Test
    void theNthServerGetsAboutOneOfNKeysAndNoneMovesBetweenTheOthers() {
        Seeds.each(12, random -> {
            int seed = random.nextInt(250);
            for (int n : new int[] {2, 3, 10}) {
                var upstreams = ring(n - 1, seed);
                var before = owners(upstreams);
                upstreams.add("10.9.9.9:8080", Upstreams.terms(1, 0, 0), false, 0);
                var after = owners(upstreams);
                int moved = 0;
                for (int i = 0; i < KEYS; i++) {
                    if (!after[i].equals(before[i])) {
                        moved++;
                        assertThat(after[i]).isEqualTo("10.9.9.9:8080");
                    }
                }
                // 160 points: the share's standard deviation is a thirteenth of it; five of these.
                assertThat((double) moved / KEYS).isBetween(0.6 / n, 1.4 / n);
            }
        });
    }

    @Test
    void aServerThatLeavesOrIsDownMovesItsOwnKeysOnly() {
        Seeds.each(8, random -> {
            int seed = random.nextInt(250);
            var upstreams = ring(7, seed);
            var before = owners(upstreams);
            int gone = random.nextInt(7);
            var name = upstreams.servers.get(gone).name();
            if (random.nextBoolean()) {
                upstreams.remove(gone, 0);
            } else {
                upstreams.servers.get(gone).load().close();
            }
            var after = owners(upstreams);
            for (int i = 0; i < KEYS; i++) {
                if (before[i].equals(name)) {
                    assertThat(after[i]).isNotEqualTo(name);
                } else {
                    assertThat(after[i]).isEqualTo(before[i]);
                }
            }
        });
    }

    @Test
    void aServerTwiceAsHeavyHasTwiceTheKeys() {
        var upstreams = new Upstreams(new Balance.Hash("$uri", true), 1)
                .add("a:1", Upstreams.terms(10, 0, 0), false, 0)
                .add("b:1", Upstreams.terms(20, 0, 0), false, 0);
        long heavy =
                java.util.Arrays.stream(owners(upstreams)).filter("b:1"::equals).count();
        assertThat((double) heavy / KEYS).isBetween(0.58, 0.75);
    }

    /** CRC-32's check value, and the one of nothing. */
    @Test
    void theCheckIsZlibs() {
        assertThat(Crc32.of("123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isEqualTo(0xcbf43926);
        assertThat(Crc32.of(new byte[0])).isZero();
        Seeds.each(200, random -> {
            var bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            var theirs = new java.util.zip.CRC32();
            theirs.update(bytes);
            assertThat(Crc32.of(bytes)).isEqualTo((int) theirs.getValue());
        });
    }
}
