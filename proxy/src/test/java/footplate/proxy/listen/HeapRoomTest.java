package footplate.proxy.listen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapRoomTest {
    private static final long MB = 1L << 20;

    @Test
    void theUsualHeapHoldsTenThousandWhoAreAwake() {
        var usual = HeapRoom.of(62 * MB);
        assertThat(usual.holds(10_000, 0)).isTrue();
        assertThat(usual.holds(11_000, 0)).isFalse();
    }

    @Test
    void whoIsParkedTakesASixteenthOfThat() {
        var usual = HeapRoom.of(62 * MB);
        assertThat(usual.holds(512, 65_536)).isTrue();
        assertThat(usual.holds(10_500, 10_000)).isFalse();
    }

    @Test
    void theRestOfTheDaemonKeepsItsPartOfASmallHeap() {
        assertThat(HeapRoom.of(24 * MB)).isEqualTo(new HeapRoom(4 * MB));
        assertThat(HeapRoom.of(16 * MB).holds(1, 0)).isFalse();
        assertThat(HeapRoom.of(1_024 * MB).holds(160_000, 0)).isTrue();
    }
}
