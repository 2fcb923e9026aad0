package footplate.core.balance;

import footplate.core.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The values of the cookie that keeps a user at one server. {@code ID} is the MD5 of the server's name in hex, as in nginx; signed it is
 * {@code ID.MAC}, the first 16 bytes of HMAC-SHA256 over {@code COOKIE=ID} in base64url. All are worked out once; the check is a look-up by
 * ID and a comparison of MACs in constant time. A value that is wrong, or of a server that is gone, names nobody, and is no error: the
 * request gets another server, and the answer its cookie. Immutable.
 */
public final class StickyCookies {
    private static final int ID = 32;
    private static final int MAC = 16;

    private final boolean signed;
    private final String[] values;
    private final Map<String, Integer> places = new HashMap<>();
    private final byte[][][] macs;

    /**
     * @param secrets what signs, at least one if it is signed; the first is used, the others were and still count
     * @param names of the servers, in the order of their places
     */
    public StickyCookies(Sticky sticky, List<Secret> secrets, List<String> names) {
        if (sticky.signed()
                && secrets.stream().allMatch(secret -> secret.reveal().isEmpty())) {
            throw new IllegalArgumentException("a signed cookie needs a secret");
        }
        this.signed = sticky.signed();
        this.values = new String[names.size()];
        this.macs = new byte[names.size()][][];
        for (int place = 0; place < values.length; place++) {
            var id = HexFormat.of().formatHex(md5(names.get(place)));
            places.putIfAbsent(id, place);
            macs[place] = signed ? macs(secrets, sticky.cookie() + "=" + id) : new byte[0][];
            values[place] = signed ? id + "." + text(macs[place][0]) : id;
        }
    }

    /** The cookie's value for a server; made of hex digits, letters, digits, '-', '_' and one '.' (RFC 6265 §4.1.1). */
    public String value(int place) {
        return values[place];
    }

    /** The place of the server that a cookie names; -1 if it names none of these. */
    public int find(@Nullable String value) {
        if (value == null || value.length() < ID) {
            return -1;
        }
        var place = places.get(value.substring(0, ID));
        if (place == null) {
            return -1;
        }
        if (!signed) {
            return value.length() == ID ? place : -1;
        }
        return value.length() > ID && value.charAt(ID) == '.' && isOurs(macs[place], value.substring(ID + 1))
                ? place
                : -1;
    }

    private static boolean isOurs(byte[][] ours, String theirs) {
        var shown = theirs.getBytes(StandardCharsets.ISO_8859_1);
        boolean equal = false;
        for (var mac : ours) {
            // Compared as text: two texts can be one and the same MAC in base64.
            equal |= MessageDigest.isEqual(text(mac).getBytes(StandardCharsets.ISO_8859_1), shown);
        }
        return equal;
    }

    private static String text(byte[] mac) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }

    private static byte[][] macs(List<Secret> secrets, String text) {
        return secrets.stream()
                .filter(secret -> !secret.reveal().isEmpty())
                .map(secret -> mac(secret, text))
                .toArray(byte[][]::new);
    }

    private static byte[] mac(Secret secret, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return java.util.Arrays.copyOf(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)), MAC);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HmacSHA256", impossible);
        }
    }

    private static byte[] md5(String name) {
        try {
            return MessageDigest.getInstance("MD5").digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has MD5", impossible);
        }
    }
}
