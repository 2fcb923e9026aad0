package footplate.core.rule.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A password as a file keeps it. Checking one is slow on purpose: never on an event loop. */
public final class PasswordHash {
    private static final String SHA = "{SHA}";
    private static final String SALTED_SHA = "{SSHA}";
    private static final int SHA_SIZE = 20;
    private static final int MOST_SALT = 64;

    private final Kind kind;
    private final String stored;

    /** How passwords are kept in the field. */
    private enum Kind {
        BCRYPT,
        MD5,
        SHA_CRYPT,
        SHA,
        SALTED_SHA
    }

    private PasswordHash(Kind kind, String stored) {
        this.kind = kind;
        this.stored = stored;
    }

    /** Null if {@code stored} is of no kind that is known here, or would take too long. */
    public static @Nullable PasswordHash of(String stored) {
        Kind kind;
        if (Bcrypt.knows(stored)) {
            kind = Kind.BCRYPT;
        } else if (Md5Crypt.knows(stored)) {
            kind = Kind.MD5;
        } else if (ShaCrypt.knows(stored)) {
            kind = Kind.SHA_CRYPT;
        } else if (size(stored, SHA) == SHA_SIZE) {
            kind = Kind.SHA;
        } else if (size(stored, SALTED_SHA) >= SHA_SIZE && size(stored, SALTED_SHA) <= SHA_SIZE + MOST_SALT) {
            kind = Kind.SALTED_SHA;
        } else {
            return null;
        }
        return new PasswordHash(kind, stored);
    }

    private static int size(String stored, String mark) {
        try {
            return stored.startsWith(mark) ? Base64.getDecoder().decode(stored.substring(mark.length())).length : -1;
        } catch (IllegalArgumentException noBase64) {
            return -1;
        }
    }

    /** Whether {@code password} is the one. Takes milliseconds to seconds. */
    public boolean matches(byte[] password) {
        var made = switch (kind) {
            case BCRYPT -> Bcrypt.hash(password, stored);
            case MD5 -> Md5Crypt.hash(password, stored);
            case SHA_CRYPT -> ShaCrypt.hash(password, stored);
            case SHA -> SHA + Base64.getEncoder().encodeToString(sha(password, new byte[0]));
            case SALTED_SHA -> salted(password);
        };
        return MessageDigest.isEqual(made.getBytes(ISO_8859_1), stored.getBytes(ISO_8859_1));
    }

    private String salted(byte[] password) {
        var kept = Base64.getDecoder().decode(stored.substring(SALTED_SHA.length()));
        var salt = Arrays.copyOfRange(kept, SHA_SIZE, kept.length);
        var both = Arrays.copyOf(sha(password, salt), kept.length);
        System.arraycopy(salt, 0, both, SHA_SIZE, salt.length);
        return SALTED_SHA + Base64.getEncoder().encodeToString(both);
    }

    private static byte[] sha(byte[] password, byte[] salt) {
        var sha = Digests.of("SHA-1");
        sha.update(password);
        return sha.digest(salt);
    }

    @Override
    public String toString() {
        return kind + " ***";
    }
}
