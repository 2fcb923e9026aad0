package footplate.core.rule.users;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** The platform's digests, and the base 64 that crypt(3) writes them in. */
final class Digests {
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private Digests() {}

    /** @param name MD5, SHA-1, SHA-256 or SHA-512 */
    static MessageDigest of(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has " + name, impossible);
        }
    }

    /** Appends {@code count} characters for three bytes, the last of them lowest. */
    static void add(StringBuilder text, int high, int middle, int low, int count) {
        int bits = (high & 255) << 16 | (middle & 255) << 8 | (low & 255);
        for (int i = 0; i < count; i++) {
            text.append(ALPHABET.charAt(bits & 63));
            bits >>>= 6;
        }
    }
}
