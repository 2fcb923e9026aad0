package footplate.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AcceptEncodingTest {
    private static final int ALL = 15;

    private static int preference(String... lines) {
        var text = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
        for (var line : lines) {
            text.append("Accept-Encoding: ").append(line).append("\r\n");
        }
        var bytes = text.append("\r\n").toString().getBytes(US_ASCII);
        var head = new RequestHead(1_000);
        assertThat(head.read(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        return AcceptEncoding.of(head);
    }

    /** What is chosen, and what when that is not there, to the plain file. */
    private static List<Coding> order(String... lines) {
        int preference = preference(lines);
        int available = ALL;
        var codings = new ArrayList<Coding>();
        do {
            codings.add(AcceptEncoding.choose(preference, available));
            available &= ~(1 << codings.getLast().place());
        } while (codings.getLast() != Coding.IDENTITY);
        return codings;
    }

    @Test
    void theBestComesFirstAndThePlainFileIsAlwaysThere() {
        assertThat(order()).containsExactly(Coding.IDENTITY);
        assertThat(order("")).containsExactly(Coding.IDENTITY);
        assertThat(order("gzip, deflate, br, zstd"))
                .containsExactly(Coding.BROTLI, Coding.ZSTANDARD, Coding.GZIP, Coding.IDENTITY);
        assertThat(order("br;q=0.1, gzip;q=0.9")).containsExactly(Coding.GZIP, Coding.BROTLI, Coding.IDENTITY);
        assertThat(order("br;q=0, gzip")).containsExactly(Coding.GZIP, Coding.IDENTITY);
        assertThat(order("gzip;q=0.5, identity;q=0.8")).containsExactly(Coding.IDENTITY);
        assertThat(order("gzip", "br")).containsExactly(Coding.BROTLI, Coding.GZIP, Coding.IDENTITY);
        assertThat(order("*")).containsExactly(Coding.BROTLI, Coding.ZSTANDARD, Coding.GZIP, Coding.IDENTITY);
        assertThat(order("*;q=0.2, br;q=0")).containsExactly(Coding.ZSTANDARD, Coding.GZIP, Coding.IDENTITY);
        assertThat(order("identity;q=1, *;q=0")).containsExactly(Coding.IDENTITY);
        assertThat(order("X-GZip ; Q=1.000")).containsExactly(Coding.GZIP, Coding.IDENTITY);
        assertThat(order("*;q=0")).as("better plain than not at all").containsExactly(Coding.IDENTITY);
    }

    @Test
    void aMalformedWeightIsNone() {
        for (var weight : new String[] {"q=2", "q=-1", "q=", "q=1.5", "x=1", "q=0.5x", "q=.5", ""}) {
            assertThat(order("br;" + weight)).as(weight).containsExactly(Coding.IDENTITY);
        }
    }

    @Test
    void theFirstThatThereIsIsChosen() {
        int preference = preference("br, gzip");
        assertThat(AcceptEncoding.choose(preference, ALL)).isEqualTo(Coding.BROTLI);
        assertThat(AcceptEncoding.choose(preference, 1 << Coding.GZIP.place() | 1 << Coding.IDENTITY.place()))
                .isEqualTo(Coding.GZIP);
        assertThat(AcceptEncoding.choose(preference, 1 << Coding.IDENTITY.place()))
                .isEqualTo(Coding.IDENTITY);
    }

    @Test
    void theOrderIsThatOfTheWeights() {
        var names = new String[] {"br", "zstd", "gzip", "identity", "*", "deflate"};
        Seeds.each(20_000, random -> {
            var weights = new HashMap<String, Integer>();
            var elements = new ArrayList<String>();
            for (int i = random.nextInt(6); i > 0; i--) {
                var name = names[random.nextInt(names.length)];
                int thousandths = random.nextInt(4) == 0 ? 0 : random.nextInt(1_001);
                if (weights.putIfAbsent(name, thousandths) == null) {
                    elements.add(name + ";q=" + thousandths / 1_000 + ".%03d".formatted(thousandths % 1_000));
                }
            }
            assertThat(order(String.join(", ", elements))).isEqualTo(slowly(weights));
        });
    }

    /** The rule of RFC 9110 §12.5.3, word by word. */
    private static List<Coding> slowly(Map<String, Integer> weights) {
        var qualities = new HashMap<Coding, Double>();
        for (var coding : Coding.values()) {
            var named = weights.get(coding.label());
            var star = weights.get("*");
            double quality = named != null ? named : star != null ? star : coding == Coding.IDENTITY ? 0.5 : 0;
            if (quality > 0) {
                qualities.put(coding, quality);
            }
        }
        var order = new ArrayList<>(Arrays.stream(Coding.values())
                .filter(qualities::containsKey)
                .sorted(Comparator.comparingDouble((Coding coding) -> -qualities.getOrDefault(coding, 0.0)))
                .toList());
        int plain = order.indexOf(Coding.IDENTITY);
        if (plain >= 0) {
            return order.subList(0, plain + 1);
        }
        order.add(Coding.IDENTITY);
        return order;
    }
}
