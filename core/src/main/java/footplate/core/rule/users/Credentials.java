package footplate.core.rule.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A name and a password as a client sends them (RFC 7617 §2). Nothing prints the password. */
public final class Credentials {
    private static final String SCHEME = "basic ";

    /** Most bytes of either: some hashes take time for each. */
    private static final int MOST = 256;

    private final String user;
    private final byte[] password;

    private Credentials(String user, byte[] password) {
        this.user = user;
        this.password = password;
    }

    /**
     * Reads the value of an Authorization field.
     *
     * @return null if it is none of this kind, or none that anybody could have: too long, or with control characters
     */
    public static @Nullable Credentials of(@Nullable String value) {
        if (value == null || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(value.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
        int colon = 0;
        while (colon < pair.length && pair[colon] != ':') {
            colon++;
        }
        if (colon == 0 || colon > MOST || colon == pair.length || pair.length - colon - 1 > MOST) {
            return null;
        }
        for (byte octet : pair) {
            if ((octet >= 0 && octet < 0x20) || octet == 0x7F) {
                return null;
            }
        }
        return new Credentials(
                new String(pair, 0, colon, ISO_8859_1), Arrays.copyOfRange(pair, colon + 1, pair.length));
    }

    /** The name, a character for each byte. */
    public String user() {
        return user;
    }

    byte[] password() {
        return password;
    }

    @Override
    public String toString() {
        return user + ":***";
    }
}
