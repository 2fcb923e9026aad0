package footplate.core.http;

/** What a proxy has to know of a request's method; every legal one passes. */
public enum Method {
    GET(true),
    HEAD(true),
    POST(false),
    PUT(true),
    DELETE(true),
    OPTIONS(true),
    TRACE(true),
    CONNECT(false),
    PATCH(false),
    OTHER(false);

    private final boolean idempotent;

    Method(boolean idempotent) {
        this.idempotent = idempotent;
    }

    /** Whether doing it twice is the same as doing it once (RFC 9110 §9.2.2); false for what is not known. */
    public boolean idempotent() {
        return idempotent;
    }

    /** The method named {@code bytes[from..to)}; names are case-sensitive (RFC 9110 §9.1). */
    static Method of(byte[] bytes, int from, int to) {
        var likely = switch (to - from) {
            case 3 -> bytes[from] == 'G' ? GET : PUT;
            case 4 -> bytes[from] == 'H' ? HEAD : POST;
            case 5 -> bytes[from] == 'T' ? TRACE : PATCH;
            case 6 -> DELETE;
            case 7 -> bytes[from] == 'O' ? OPTIONS : CONNECT;
            default -> OTHER;
        };
        if (likely == OTHER) {
            return OTHER;
        }
        var name = likely.name();
        for (int i = 0; i < name.length(); i++) {
            if (bytes[from + i] != name.charAt(i)) {
                return OTHER;
            }
        }
        return likely;
    }
}
