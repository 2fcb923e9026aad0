package footplate.core.rule.users;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * bcrypt (Provos and Mazières, USENIX 1999): {@code $2y$10$} and 53 characters, 22 of salt and 31 of digest. {@code $2a$} and {@code $2b$}
 * mean the same here; {@code $2x$}, made by a program with a mistake, is not known.
 */
final class Bcrypt {
    private static final String ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final byte[] TEXT = "OrpheanBeholderScryDoubt".getBytes(US_ASCII);
    private static final int LENGTH = 60;
    private static final int SALT_AT = 7;
    private static final int DIGEST_AT = 29;
    private static final int LEAST_COST = 4;

    /** 2^16 rounds take seconds; more would keep everybody else waiting. */
    private static final int MOST_COST = 16;

    /** Bytes of a password that count, its end included. */
    private static final int MOST_KEY = 72;

    private static final int ROUNDS = 16;
    private static final int SUBKEYS = ROUNDS + 2;
    private static final int BOXES = 1_024;

    private final int[] p;
    private final int[] s;
    private int left;
    private int right;

    private Bcrypt() {
        p = Arrays.copyOf(Start.WORDS, SUBKEYS);
        s = Arrays.copyOfRange(Start.WORDS, SUBKEYS, SUBKEYS + BOXES);
    }

    /** What the cipher starts from: the first 1,042 words of the fraction of π (Schneier 1993). */
    private static final class Start {
        private static final int GUARD = 64;
        static final int[] WORDS = words();

        private Start() {}

        private static int[] words() {
            int count = SUBKEYS + BOXES;
            int bits = 32 * count + GUARD;
            // Machin: π = 16 arctan(1/5) − 4 arctan(1/239)
            var pi = arctan(5, bits).shiftLeft(4).subtract(arctan(239, bits).shiftLeft(2));
            var words = new int[count];
            for (int i = 0; i < count; i++) {
                words[i] = pi.shiftRight(bits - 32 * (i + 1)).intValue();
            }
            return words;
        }

        /** arctan(1/{@code x}) times 2^{@code bits}. */
        private static BigInteger arctan(int x, int bits) {
            var square = BigInteger.valueOf((long) x * x);
            var power = BigInteger.ONE.shiftLeft(bits).divide(BigInteger.valueOf(x));
            var sum = BigInteger.ZERO;
            for (int n = 1; power.signum() > 0; n += 2) {
                var term = power.divide(BigInteger.valueOf(n));
                sum = n % 4 == 1 ? sum.add(term) : sum.subtract(term);
                power = power.divide(square);
            }
            return sum;
        }
    }

    /** Whether {@code stored} is one of a cost that is borne. */
    static boolean knows(String stored) {
        if (stored.length() != LENGTH || !stored.matches("\\$2[aby]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}")) {
            return false;
        }
        int cost = cost(stored);
        return cost >= LEAST_COST && cost <= MOST_COST;
    }

    private static int cost(String stored) {
        return Integer.parseInt(stored.substring(4, 6));
    }

    /** The hash of a password with the salt and the cost of {@code stored}. */
    static String hash(byte[] password, String stored) {
        var salt = decode(stored.substring(SALT_AT, DIGEST_AT), 16);
        var key = Arrays.copyOf(password, Math.min(password.length + 1, MOST_KEY));
        return stored.substring(0, DIGEST_AT) + encode(new Bcrypt().digest(key, salt, cost(stored)), 23);
    }

    private byte[] digest(byte[] key, byte[] salt, int cost) {
        expand(key, salt);
        for (int round = 0; round < 1 << cost; round++) {
            expand(key, null);
            expand(salt, null);
        }
        var digest = new byte[TEXT.length];
        for (int at = 0; at < TEXT.length; at += 8) {
            left = word(TEXT, at);
            right = word(TEXT, at + 4);
            for (int i = 0; i < 64; i++) {
                encipher();
            }
            put(left, digest, at);
            put(right, digest, at + 4);
        }
        return digest;
    }

    private void expand(byte[] key, byte @Nullable [] salt) {
        for (int i = 0, at = 0; i < SUBKEYS; i++, at += 4) {
            p[i] ^= cyclic(key, at);
        }
        left = 0;
        right = 0;
        int at = 0;
        for (int i = 0; i < SUBKEYS + BOXES; i += 2) {
            if (salt != null) {
                left ^= cyclic(salt, at);
                right ^= cyclic(salt, at + 4);
                at += 8;
            }
            encipher();
            if (i < SUBKEYS) {
                p[i] = left;
                p[i + 1] = right;
            } else {
                s[i - SUBKEYS] = left;
                s[i - SUBKEYS + 1] = right;
            }
        }
    }

    private void encipher() {
        int l = left ^ p[0];
        int r = right;
        for (int i = 1; i < ROUNDS; i += 2) {
            r ^= mixed(l) ^ p[i];
            l ^= mixed(r) ^ p[i + 1];
        }
        left = r ^ p[ROUNDS + 1];
        right = l;
    }

    private int mixed(int x) {
        return ((s[x >>> 24] + s[256 + (x >>> 16 & 255)]) ^ s[512 + (x >>> 8 & 255)]) + s[768 + (x & 255)];
    }

    private static int cyclic(byte[] bytes, int from) {
        int word = 0;
        for (int i = 0; i < 4; i++) {
            word = word << 8 | (bytes[(from + i) % bytes.length] & 255);
        }
        return word;
    }

    private static int word(byte[] bytes, int from) {
        return cyclic(bytes, from);
    }

    private static void put(int word, byte[] into, int at) {
        for (int i = 0; i < 4; i++) {
            into[at + i] = (byte) (word >>> (24 - 8 * i));
        }
    }

    private static byte[] decode(String text, int count) {
        var bytes = new byte[count];
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; at < count; i++) {
            bits = bits << 6 | ALPHABET.indexOf(text.charAt(i));
            held += 6;
            if (held >= 8) {
                held -= 8;
                bytes[at++] = (byte) (bits >>> held);
            }
        }
        return bytes;
    }

    private static String encode(byte[] bytes, int count) {
        var text = new StringBuilder();
        int bits = 0;
        int held = 0;
        for (int i = 0; i < count; i++) {
            bits = bits << 8 | (bytes[i] & 255);
            held += 8;
            while (held >= 6) {
                held -= 6;
                text.append(ALPHABET.charAt(bits >>> held & 63));
            }
        }
        return held == 0
                ? text.toString()
                : text.append(ALPHABET.charAt(bits << (6 - held) & 63)).toString();
    }
}
