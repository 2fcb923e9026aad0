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
            // So is where an app's files are, and how it names them: Rack::Sendfile does what these say.
            case X_SENDFILE_TYPE, X_ACCEL_MAPPING -> true;
            case UNDERSCORED -> !underscores;
            case UNDERSCORED_DOUBLE -> true;
            case ACCEPT,
                    ACCEPT_ENCODING,
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
                    MAX_FORWARDS,
                    OTHER,
                    RANGE,
                    X_ACCEL_BUFFERING,
                    X_ACCEL_REDIRECT,
                    X_SENDFILE -> false;
        };
    }

    /**
     * Whether a field frames its message, routes it, concerns the neighbour alone, says who the client is or where an app's files
     * are. Nothing may look like it elsewhere: no trailer (RFC 9110 §6.5.1), which some readers merge into the header, and no name with
     * underscores, which some take for the same.
     */
    static boolean guarded(Field field) {
        return switch (field) {
            case CONNECTION,
                    CONTENT_LENGTH,
                    EXPECT,
                    FORWARDED,
                    HOST,
                    HTTP2_SETTINGS,
                    KEEP_ALIVE,
                    MAX_FORWARDS,
                    PROXY,
                    PROXY_AUTHENTICATE,
                    PROXY_AUTHORIZATION,
                    PROXY_CONNECTION,
                    TE,
                    TRANSFER_ENCODING,
                    UNDERSCORED_DOUBLE,
                    UPGRADE,
                    X_ACCEL_BUFFERING,
                    X_ACCEL_MAPPING,
                    X_ACCEL_REDIRECT,
                    X_FORWARDED,
                    X_REAL_IP,
                    X_SENDFILE,
                    X_SENDFILE_TYPE -> true;
            // Whatever else comes to be known here is an ordinary field.
            default -> false;
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
                    ACCEPT_ENCODING,
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
                    MAX_FORWARDS,
                    OTHER,
                    PROXY_AUTHORIZATION,
                    RANGE,
                    UNDERSCORED,
                    UNDERSCORED_DOUBLE,
                    X_ACCEL_MAPPING,
                    X_ACCEL_REDIRECT,
                    X_FORWARDED,
                    X_REAL_IP,
                    X_SENDFILE,
                    X_SENDFILE_TYPE -> false;
        };
    }
}
