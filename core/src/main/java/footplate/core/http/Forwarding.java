package footplate.core.http;

/** Which fields a proxy does not pass on as they came (RFC 9110 §7.6.1). */
public final class Forwarding {
    private Forwarding() {}

    /**
     * Whether a field of a request stays behind.
     *
     * @param underscores names with an underscore pass (nginx: underscores_in_headers on)
     */
    static boolean dropsFromRequest(Field field, boolean underscores) {
        return switch (field) {
            // Hop by hop; where they are due, our own are written.
            case CONNECTION,
                    KEEP_ALIVE,
                    PROXY_CONNECTION,
                    TE,
                    TRANSFER_ENCODING,
                    UPGRADE,
                    HTTP2_SETTINGS,
                    PROXY_AUTHORIZATION,
                    PROXY_AUTHENTICATE -> true;
            // CGI apps take it for the environment variable HTTP_PROXY.
            case PROXY -> true;
            // Who the client is, is ours to say.
            case X_FORWARDED, X_REAL_IP, FORWARDED -> true;
            case UNDERSCORED -> !underscores;
            case ACCEPT,
                    CONTENT_LENGTH,
                    CONTENT_TYPE,
                    DATE,
                    EXPECT,
                    HOST,
                    IF_MATCH,
                    IF_MODIFIED_SINCE,
                    IF_NONE_MATCH,
                    IF_RANGE,
                    IF_UNMODIFIED_SINCE,
                    OTHER,
                    RANGE,
                    X_ACCEL_BUFFERING -> false;
        };
    }

    /** Whether a field of an answer stays behind. */
    static boolean dropsFromAnswer(Field field) {
        return switch (field) {
            case CONNECTION,
                    KEEP_ALIVE,
                    PROXY_CONNECTION,
                    TE,
                    TRANSFER_ENCODING,
                    UPGRADE,
                    HTTP2_SETTINGS,
                    PROXY,
                    PROXY_AUTHENTICATE,
                    X_ACCEL_BUFFERING -> true;
            case ACCEPT,
                    CONTENT_LENGTH,
                    CONTENT_TYPE,
                    DATE,
                    EXPECT,
                    FORWARDED,
                    HOST,
                    IF_MATCH,
                    IF_MODIFIED_SINCE,
                    IF_NONE_MATCH,
                    IF_RANGE,
                    IF_UNMODIFIED_SINCE,
                    OTHER,
                    PROXY_AUTHORIZATION,
                    RANGE,
                    UNDERSCORED,
                    X_FORWARDED,
                    X_REAL_IP -> false;
        };
    }
}
