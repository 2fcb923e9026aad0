package footplate.core.http;

import java.nio.charset.StandardCharsets;

/** The header fields that a proxy has to know. All others are {@link #OTHER} and pass untouched. */
public enum Field {
    OTHER(""),
    /** A name with an underscore: to CGI and WSGI apps it is the same as one with a dash (nginx: underscores_in_headers). */
    UNDERSCORED(""),
    /** Such a name that an app may take for one of {@link Forwarding#guarded}. */
    UNDERSCORED_DOUBLE(""),
    ACCEPT("accept"),
    ACCEPT_ENCODING("accept-encoding"),
    CONNECTION("connection"),
    CONTENT_LENGTH("content-length"),
    CONTENT_TYPE("content-type"),
    DATE("date"),
    EXPECT("expect"),
    FORWARDED("forwarded"),
    HOST("host"),
    HTTP2_SETTINGS("http2-settings"),
    IF_MATCH("if-match"),
    IF_MODIFIED_SINCE("if-modified-since"),
    IF_NONE_MATCH("if-none-match"),
    IF_RANGE("if-range"),
    IF_UNMODIFIED_SINCE("if-unmodified-since"),
    KEEP_ALIVE("keep-alive"),
    MAX_FORWARDS("max-forwards"),
    PROXY("proxy"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    PROXY_CONNECTION("proxy-connection"),
    RANGE("range"),
    TE("te"),
    TRANSFER_ENCODING("transfer-encoding"),
    UPGRADE("upgrade"),
    /** Where a proxy is to look for the files that an app names; ours to say (Rack::Sendfile believes it). */
    X_ACCEL_MAPPING("x-accel-mapping"),
    X_ACCEL_REDIRECT("x-accel-redirect"),
    /** Any name that starts with {@code X-Forwarded-}. */
    X_FORWARDED("x-forwarded-"),
    X_REAL_IP("x-real-ip"),
    X_SENDFILE("x-sendfile"),
    /** By which field an app names files; ours to say (Rack::Sendfile believes it). */
    X_SENDFILE_TYPE("x-sendfile-type"),
    /** {@code no}: an answer that is not to be held back (nginx). For us only. */
    X_ACCEL_BUFFERING("x-accel-buffering");

    private static final Field[] ALL = values();
    private static final int SLOTS = 256;
    private static final Field[][] BY_SLOT = bySlot();

    @SuppressWarnings("ImmutableEnumChecker") // never handed out, never written
    private final byte[] lower;

    Field(String name) {
        this.lower = name.getBytes(StandardCharsets.US_ASCII);
    }

    private static Field[][] bySlot() {
        var slots = new Field[SLOTS][0];
        for (var field : ALL) {
            if (field.lower.length > 0 && field != X_FORWARDED) {
                int slot = slot(field.lower, 0, field.lower.length);
                slots[slot] = java.util.Arrays.copyOf(slots[slot], slots[slot].length + 1);
                slots[slot][slots[slot].length - 1] = field;
            }
        }
        return slots;
    }

    /** Made of the length, the first and the last letter, whatever their case: names we know hardly ever share one. */
    private static int slot(byte[] bytes, int from, int to) {
        int first = bytes[from] | 0x20;
        int last = bytes[to - 1] | 0x20;
        return (7 * (to - from) + first + 31 * last) & (SLOTS - 1);
    }

    /**
     * Which field a name means.
     *
     * @param from where the name starts; it has at least one octet
     * @param underscored whether an underscore may be in it
     */
    static Field of(byte[] bytes, int from, int to, boolean underscored) {
        for (var field : BY_SLOT[slot(bytes, from, to)]) {
            if (Octets.same(bytes, from, to, field.lower)) {
                return field;
            }
        }
        int prefix = X_FORWARDED.lower.length;
        if (to - from > prefix
                && (bytes[from] | 0x20) == 'x'
                && Octets.same(bytes, from, from + prefix, X_FORWARDED.lower)) {
            return X_FORWARDED;
        }
        return underscored ? underscored(bytes, from, to) : OTHER;
    }

    private static Field underscored(byte[] bytes, int from, int to) {
        var dashed = java.util.Arrays.copyOfRange(bytes, from, to);
        for (int i = 0; i < dashed.length; i++) {
            if (dashed[i] == '_') {
                dashed[i] = '-';
            }
        }
        return Forwarding.guarded(of(dashed, 0, dashed.length, false)) ? UNDERSCORED_DOUBLE : UNDERSCORED;
    }
}
