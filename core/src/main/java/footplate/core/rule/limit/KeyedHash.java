package footplate.core.rule.limit;

/** SipHash-2-4 (Aumasson and Bernstein 2012): whoever does not know the key cannot find two texts of one hash. Immutable. */
public final class KeyedHash {
    private final long k0;
    private final long k1;

    /** The key, drawn by lot. */
    public KeyedHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** The hash of {@code bytes[from..to)}. */
    public long of(byte[] bytes, int from, int to) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int blocks = (to - from) / 8;
        int rounds = 2;
        for (int block = 0; block <= blocks + 1; block++) {
            // Behind the text comes its length in the highest octet of the last word, then four rounds of no word.
            boolean finish = block == blocks + 1;
            long word = finish ? 0 : word(bytes, from + 8 * block, Math.min(to, from + 8 * block + 8));
            if (block == blocks) {
                word |= (long) (to - from) << 56;
            }
            if (finish) {
                v2 ^= 0xFF;
                rounds = 4;
            } else {
                v3 ^= word;
            }
            for (int i = 0; i < rounds; i++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static long word(byte[] bytes, int from, int to) {
        long word = 0;
        for (int i = to - 1; i >= from; i--) {
            word = word << 8 | (bytes[i] & 255);
        }
        return word;
    }
}
