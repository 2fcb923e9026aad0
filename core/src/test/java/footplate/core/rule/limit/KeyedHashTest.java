package footplate.core.rule.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyedHashTest {
    /** The authors' own vectors: key 00 01 … 0f, text 00 01 … of growing length, output as eight octets, lowest first. */
    @Test
    void isSipHash24() {
        var hash = new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        var text = new byte[64];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) i;
        }

        assertThat(hash.of(text, 0, 0)).isEqualTo(0x726fdb47dd0e0e31L);
        assertThat(hash.of(text, 0, 1)).isEqualTo(0x74f839c593dc67fdL);
        assertThat(hash.of(text, 0, 8)).isEqualTo(0x93f5f5799a932462L);
        assertThat(hash.of(text, 0, 15)).isEqualTo(0xa129ca6149be45e5L);
    }

    @Test
    void anotherKeyIsAnotherHash() {
        assertThat(new KeyedHash(1, 2).of(new byte[4], 0, 4)).isNotEqualTo(new KeyedHash(1, 3).of(new byte[4], 0, 4));
    }
}
