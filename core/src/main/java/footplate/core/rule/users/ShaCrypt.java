package footplate.core.rule.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** SHA-256 and SHA-512 many times over (Drepper 2007): {@code $5$} and {@code $6$}, with {@code rounds=N$} or 5,000 of them. */
final class ShaCrypt {
    private static final int USUAL_ROUNDS = 5_000;
    private static final int LEAST_ROUNDS = 1_000;

    /** As many take seconds; more would keep everybody else waiting. */
    private static final int MOST_ROUNDS = 1_000_000;

    private static final String SALT_AND = "(rounds=[1-9][0-9]{3,6}\\$)?[^$:]{0,16}\\$[./A-Za-z0-9]";

    /** Which bytes stand together in the text, three by three; what is left comes last. */
    private static final int[] ORDER_256 = {
        0, 10, 20, 21, 1, 11, 12, 22, 2, 3, 13, 23, 24, 4, 14, 15, 25, 5, 6, 16, 26, 27, 7, 17, 18, 28, 8, 9, 19, 29
    };

    private static final int[] ORDER_512 = {
        0, 21, 42, 22, 43, 1, 44, 2, 23, 3, 24, 45, 25, 46, 4, 47, 5, 26, 6, 27, 48, 28, 49, 7, 50, 8, 29, 9, 30, 51,
        31, 52, 10, 53, 11, 32, 12, 33, 54, 34, 55, 13, 56, 14, 35, 15, 36, 57, 37, 58, 16, 59, 17, 38, 18, 39, 60, 40,
        61, 19, 62, 20, 41
    };

    private ShaCrypt() {}

    static boolean knows(String stored) {
        return stored.matches("\\$(5\\$%s{43}|6\\$%s{86})".formatted(SALT_AND, SALT_AND))
                && rounds(stored) <= MOST_ROUNDS;
    }

    private static int rounds(String stored) {
        return stored.startsWith("rounds=", 3)
                ? Math.max(LEAST_ROUNDS, Integer.parseInt(stored.substring(10, stored.indexOf('$', 10))))
                : USUAL_ROUNDS;
    }

    /** The hash of a password with the salt and the rounds of {@code stored}. */
    static String hash(byte[] password, String stored) {
        int saltAt = stored.startsWith("rounds=", 3) ? stored.indexOf('$', 10) + 1 : 3;
        int saltEnd = stored.indexOf('$', saltAt);
        var salt = stored.substring(saltAt, saltEnd).getBytes(ISO_8859_1);
        boolean large = stored.charAt(1) == '6';
        var digest = digest(large ? "SHA-512" : "SHA-256", password, salt, rounds(stored));
        return stored.substring(0, saltEnd + 1) + encode(digest, large ? ORDER_512 : ORDER_256);
    }

    /** The letters are those of the specification's steps. */
    private static byte[] digest(String name, byte[] password, byte[] salt, int rounds) {
        var sha = Digests.of(name);
        sha.update(password);
        sha.update(salt);
        var b = sha.digest(password);
        sha.update(password);
        sha.update(salt);
        for (int left = password.length; left > 0; left -= b.length) {
            sha.update(b, 0, Math.min(b.length, left));
        }
        for (int bits = password.length; bits > 0; bits >>>= 1) {
            sha.update((bits & 1) == 1 ? b : password);
        }
        var a = sha.digest();
        for (int i = 0; i < password.length; i++) {
            sha.update(password);
        }
        var p = repeated(sha.digest(), password.length);
        for (int i = 0; i < 16 + (a[0] & 255); i++) {
            sha.update(salt);
        }
        var s = repeated(sha.digest(), salt.length);
        for (int round = 0; round < rounds; round++) {
            boolean odd = (round & 1) == 1;
            sha.update(odd ? p : a);
            if (round % 3 != 0) {
                sha.update(s);
            }
            if (round % 7 != 0) {
                sha.update(p);
            }
            sha.update(odd ? a : p);
            a = sha.digest();
        }
        return a;
    }

    private static byte[] repeated(byte[] bytes, int length) {
        var repeated = new byte[length];
        for (int at = 0; at < length; at += bytes.length) {
            System.arraycopy(bytes, 0, repeated, at, Math.min(bytes.length, length - at));
        }
        return repeated;
    }

    private static String encode(byte[] digest, int[] order) {
        var text = new StringBuilder();
        for (int i = 0; i < order.length; i += 3) {
            Digests.add(text, digest[order[i]], digest[order[i + 1]], digest[order[i + 2]], 4);
        }
        var rest = Arrays.copyOfRange(digest, order.length, digest.length);
        if (rest.length == 2) {
            Digests.add(text, 0, rest[1], rest[0], 3);
        } else {
            Digests.add(text, 0, 0, rest[0], 2);
        }
        return text.toString();
    }
}
