package footplate.core.rule.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Credentials that were found right within the last minutes, as HMAC-SHA256 under a key that nobody outside knows, so that each is
 * hashed slowly but once in a while. Only right ones are kept: nobody fills it who has no password. Safe for any thread.
 */
public final class RememberedLogins {
    /** How long one is believed, at the most. */
    static final long NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final int PLACES = 4_096;

    private final SecretKeySpec key;
    private final AtomicReferenceArray<Known> known = new AtomicReferenceArray<>(PLACES);

    @SuppressWarnings("ArrayRecordComponent") // compared in constant time, and not as a record
    private record Known(byte[] mac, long untilNanos) {}

    /** @param key 32 bytes drawn by lot */
    public RememberedLogins(byte[] key) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /**
     * Whether they were right.
     *
     * @param reading which reading of which file: what was right in an earlier one counts no more
     */
    public boolean knows(long reading, Credentials credentials, long nowNanos) {
        var mac = mac(reading, credentials);
        var found = known.get(place(mac));
        return found != null && found.untilNanos() - nowNanos > 0 && MessageDigest.isEqual(found.mac(), mac);
    }

    /** They are right. */
    public void remember(long reading, Credentials credentials, long nowNanos) {
        var mac = mac(reading, credentials);
        known.set(place(mac), new Known(mac, nowNanos + NANOS));
    }

    private static int place(byte[] mac) {
        return ((mac[0] & 255) << 8 | (mac[1] & 255)) % PLACES;
    }

    private byte[] mac(long reading, Credentials credentials) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            // A name has no colon (RFC 7617 §2), so no two pairs make the same text.
            mac.update((reading + ":" + credentials.user() + ":").getBytes(ISO_8859_1));
            return mac.doFinal(credentials.password());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has HmacSHA256", impossible);
        }
    }
}
