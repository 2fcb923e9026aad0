package footplate.core.http;

/**
 * Why a message is not understood. In a request each is answered with {@link #status} and the connection is closed; in an
 * answer each is a 502.
 */
public enum Refusal {
    BAD_REQUEST_LINE(400, "the request line is not METHOD TARGET HTTP/1.1"),
    BAD_TARGET(400, "the request target is not legal"),
    TARGET_TOO_LONG(414, "the request target is too long"),
    VERSION(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"),
    METHOD_NOT_SERVED(405, "neither CONNECT nor TRACE is served"),
    BAD_STATUS_LINE(400, "the status line is not HTTP/1.1 CODE REASON"),
    BAD_FIELD_NAME(400, "a header field's name is not legal, or white space stands before its colon"),
    BAD_FIELD_VALUE(400, "a header field's value holds an illegal character or a bare CR or LF"),
    FOLDED_FIELD(400, "a header field is continued on a second line"),
    HEAD_TOO_LARGE(431, "the header fields are too large"),
    HOST_MISSING(400, "the Host field is missing"),
    HOST_REPEATED(400, "the Host field is repeated"),
    BAD_HOST(400, "the host is not legal"),
    BAD_LENGTH(400, "the Content-Length is not one number"),
    LENGTH_AND_ENCODING(400, "Content-Length and Transfer-Encoding exclude each other"),
    BAD_ENCODING(400, "the only Transfer-Encoding understood is chunked, once, in HTTP/1.1"),
    BAD_CHUNK(400, "the chunked body is malformed"),
    HEAD_TOO_SLOW(408, "the request's head took too long"),
    BODY_TOO_SLOW(408, "the request's body came too slowly"),
    BODY_TOO_LARGE(413, "the request's body is too large"),
    EXPECTATION(417, "the only expectation understood is 100-continue"),
    BAD_UPGRADE(400, "an upgrade cannot have a body");

    private final int status;
    private final String why;

    Refusal(int status, String why) {
        this.status = status;
        this.why = why;
    }

    /** The status a client gets: 400 unless a better one exists. */
    public int status() {
        return status;
    }

    /** In words. */
    public String why() {
        return why;
    }
}
