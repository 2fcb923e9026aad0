package footplate.core.unit;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import org.junit.jupiter.api.Test;

class SizesTest {
    @Test
    void sizesAreReadInPowersOf1024() {
        assertThat(Sizes.parseBytes("0")).hasValue(0);
        assertThat(Sizes.parseBytes("500")).hasValue(500);
        assertThat(Sizes.parseBytes("64KB")).hasValue(65_536);
        assertThat(Sizes.parseBytes("8m")).hasValue(8L << 20);
        assertThat(Sizes.parseBytes("1024TB")).hasValue(1L << 50);
    }

    @Test
    void whatIsNoSizeIsNot() {
        for (var text : new String[] {"", "KB", "-1", "1.5MB", "1 MB", "1PB", "1025TB", "9999999999999999", "８"}) {
            assertThat(Sizes.parseBytes(text)).describedAs(text).isEmpty();
        }
    }

    @Test
    void whatIsPrintedIsReadAgain() {
        Seeds.each(500, random -> {
            long bytes = random.nextLong(1L << 40);
            assertThat(Sizes.parseBytes(Sizes.print(bytes))).hasValue(bytes);
            assertThat(Sizes.parseBytes(Sizes.print(bytes & ~0xfffffL))).hasValue(bytes & ~0xfffffL);
        });
    }
}
