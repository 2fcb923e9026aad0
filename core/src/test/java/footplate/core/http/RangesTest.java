package footplate.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.http.Conditions.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangesTest {
    private static final Answer WHOLE = new Answer.Whole();
    private static final Answer NONE = new Answer.NoSuchPart();

    private static Answer part(long from, long length) {
        return new Answer.Part(from, length);
    }

    @Test
    void oneRangeIsOnePart() {
        assertThat(Ranges.of("bytes=0-0", 10)).isEqualTo(part(0, 1));
        assertThat(Ranges.of("BYTES=2-", 10)).isEqualTo(part(2, 8));
        assertThat(Ranges.of("bytes=-3", 10)).isEqualTo(part(7, 3));
        assertThat(Ranges.of("bytes=-30", 10)).isEqualTo(part(0, 10));
        assertThat(Ranges.of("bytes= 3-400 ", 10)).isEqualTo(part(3, 7));
        assertThat(Ranges.of("bytes=9-9223372036854775808", 10)).isEqualTo(part(9, 1));
    }

    @Test
    void severalRangesAreParts() {
        assertThat(Ranges.of("bytes=0-1, ,-2", 10))
                .isEqualTo(new Answer.Parts(List.of(new Answer.Part(0, 2), new Answer.Part(8, 2))));
        assertThat(Ranges.of("bytes=8-9,0-1", 10))
                .isEqualTo(new Answer.Parts(List.of(new Answer.Part(8, 2), new Answer.Part(0, 2))));
        assertThat(Ranges.of("bytes=50-,0-1", 10))
                .as("what is not there is left out")
                .isEqualTo(part(0, 2));
    }

    @Test
    void whatIsNotThereIsNotSatisfiable() {
        assertThat(Ranges.of("bytes=10-", 10)).isEqualTo(NONE);
        assertThat(Ranges.of("bytes=-0", 10)).isEqualTo(NONE);
        assertThat(Ranges.of("bytes=10-,20-30,-0", 10)).isEqualTo(NONE);
    }

    @Test
    void whatIsMalformedOrTooMuchIsTheWhole() {
        for (var field : new String[] {
            "bytes=",
            "bytes",
            "bytes=-",
            "bytes=a-",
            "bytes=1-a",
            "bytes=2-1",
            "bytes=1-2-3",
            "bytes=--1",
            "bytes=+1-2",
            "items=0-1",
            "bytes=0-1;2-3",
            "bytes=,",
            "bytes=0-1,x",
            "bytes=0-9,0-9",
            "bytes=0-,0-,0-"
        }) {
            assertThat(Ranges.of(field, 10)).as(field).isEqualTo(WHOLE);
        }
        assertThat(Ranges.of("bytes=0-0" + ",1-1".repeat(15), 100)).isInstanceOf(Answer.Parts.class);
        assertThat(Ranges.of("bytes=0-0" + ",1-1".repeat(16), 100))
                .as("seventeen ranges")
                .isEqualTo(WHOLE);
        assertThat(Ranges.of("bytes=0-", 0)).as("an empty file").isEqualTo(WHOLE);
    }

    @Test
    void neverIsMoreSentThanThereIs() {
        Seeds.each(20_000, random -> {
            int size = 1 + random.nextInt(40);
            var specs = new ArrayList<String>();
            for (int i = random.nextInt(5); i >= 0; i--) {
                int from = random.nextInt(45);
                specs.add(
                        switch (random.nextInt(3)) {
                            case 0 -> from + "-";
                            case 1 -> "-" + from;
                            default -> from + "-" + (from + random.nextInt(20));
                        });
            }
            var expected = slowly(specs, size);
            var answer = Ranges.of("bytes=" + String.join(random.nextBoolean() ? "," : " , ", specs), size);
            assertThat(answer).isEqualTo(expected);
        });
    }

    /** The same by trying every byte. */
    private static Answer slowly(List<String> specs, int size) {
        var parts = new ArrayList<Answer.Part>();
        long sum = 0;
        for (var spec : specs) {
            int first = -1;
            int count = 0;
            for (int at = 0; at < size; at++) {
                if (holds(spec, at, size)) {
                    first = first < 0 ? at : first;
                    count++;
                }
            }
            if (count > 0) {
                parts.add(new Answer.Part(first, count));
                sum += count;
            }
        }
        if (parts.isEmpty()) {
            return NONE;
        }
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        return sum > size ? WHOLE : new Answer.Parts(parts);
    }

    private static boolean holds(String spec, int at, int size) {
        if (spec.startsWith("-")) {
            return at >= size - Integer.parseInt(spec.substring(1));
        }
        var ends = spec.split("-", -1);
        return at >= Integer.parseInt(ends[0]) && (ends[1].isEmpty() || at <= Integer.parseInt(ends[1]));
    }
}
