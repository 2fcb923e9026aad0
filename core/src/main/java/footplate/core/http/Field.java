package footplate.core.http;

import java.nio.charset.StandardCharsets;

/** The header fields that a proxy has to know. All others are {@link #OTHER} and pass untouched. */
public enum Field {
    OTHER(""),
    /** A name with an underscore: to CGI and WSGI apps it is the same as one with a dash (nginx: underscores_in_headers). */
    UNDERSCORED(""),
    /** Such a name that reads as one of those below, to an app that takes both for the same. */
    UNDERSCORED_DOUBLE(""),
    ACCEPT("accept"),
    ACCEPT_ENCODING("accept-encoding"),
    CONNECTION("connection"),
    CONTENT_LENGTH("content-length"),
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
    X_ACCEL_REDIRECT("x-accel-redirect"),
    /** Any name that starts with {@code X-Forwarded-}. */
    X_FORWARDED("x-forwarded-"),
    X_REAL_IP("x-real-ip"),
    X_SENDFILE("x-sendfile");

    private static final Field[] ALL = values();
    private static final Field[][] BY_LENGTH = byLength();

    @SuppressWarnings("ImmutableEnumChecker") // never handed out, never written
    private final byte[] lower;

    Field(String name) {
        this.lower = name.getBytes(StandardCharsets.US_ASCII);
    }

    private static Field[][] byLength() {
        var lists = new Field[24][];
        for (int length = 1; length < lists.length; length++) {
            int wanted = length;
            lists[length] = java.util.Arrays.stream(ALL)
                    .filter(field -> field.lower.length == wanted && field != X_FORWARDED)
                    .toArray(Field[]::new);
        }
        lists[0] = new Field[0];
        return lists;
    }

    /** Which field the name {@code bytes[from..to)} means. */
    static Field of(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < BY_LENGTH.length) {
            for (var field : BY_LENGTH[length]) {
                if (bytes[from + length - 1] == field.lower[length - 1] && Octets.same(bytes, from, to, field.lower)) {
                    return field;
                }
                // The last letter is in lower case nearly always; if it is not, the long way is taken.
                if (bytes[from + length - 1] < 'a' && Octets.same(bytes, from, to, field.lower)) {
                    return field;
                }
            }
        }
        int prefix = X_FORWARDED.lower.length;
        if (length > prefix
                && (bytes[from] | 0x20) == 'x'
                && Octets.same(bytes, from, from + prefix, X_FORWARDED.lower)) {
            return X_FORWARDED;
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] == '_') {
                return underscored(bytes, from, to);
            }
        }
        return OTHER;
    }

    private static Field underscored(byte[] bytes, int from, int to) {
        var dashed = java.util.Arrays.copyOfRange(bytes, from, to);
        for (int i = 0; i < dashed.length; i++) {
            if (dashed[i] == '_') {
                dashed[i] = '-';
            }
        }
        return of(dashed, 0, dashed.length) == OTHER ? UNDERSCORED : UNDERSCORED_DOUBLE;
    }
}
