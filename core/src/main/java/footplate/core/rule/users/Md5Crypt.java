package footplate.core.rule.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** MD5 a thousand times over (Kamp 1994): {@code $1$} as in passwd, {@code $apr1$} as htpasswd made it for long. */
final class Md5Crypt {
    private static final int ROUNDS = 1_000;
    private static final int SIZE = 16;

    private Md5Crypt() {}

    static boolean knows(String stored) {
        return stored.matches("\\$(1|apr1)\\$[^$:]{0,8}\\$[./A-Za-z0-9]{22}");
    }

    /** The hash of a password with the salt of {@code stored}. */
    static String hash(byte[] password, String stored) {
        int saltAt = stored.indexOf('$', 1) + 1;
        int saltEnd = stored.indexOf('$', saltAt);
        var magic = stored.substring(0, saltAt).getBytes(ISO_8859_1);
        var salt = stored.substring(saltAt, saltEnd).getBytes(ISO_8859_1);
        return stored.substring(0, saltEnd + 1) + encode(digest(password, magic, salt));
    }

    private static byte[] digest(byte[] password, byte[] magic, byte[] salt) {
        var md5 = Digests.of("MD5");
        md5.update(password);
        md5.update(salt);
        var other = md5.digest(password);
        md5.update(password);
        md5.update(magic);
        md5.update(salt);
        for (int left = password.length; left > 0; left -= SIZE) {
            md5.update(other, 0, Math.min(SIZE, left));
        }
        for (int bits = password.length; bits > 0; bits >>>= 1) {
            md5.update((bits & 1) == 1 ? 0 : password[0]);
        }
        var digest = md5.digest();
        for (int round = 0; round < ROUNDS; round++) {
            boolean odd = (round & 1) == 1;
            md5.update(odd ? password : digest);
            if (round % 3 != 0) {
                md5.update(salt);
            }
            if (round % 7 != 0) {
                md5.update(password);
            }
            md5.update(odd ? digest : password);
            digest = md5.digest();
        }
        return digest;
    }

    private static String encode(byte[] digest) {
        var text = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            Digests.add(text, digest[i], digest[i + 6], digest[i == 4 ? 5 : i + 12], 4);
        }
        Digests.add(text, 0, 0, digest[11], 2);
        return text.toString();
    }
}
