package footplate.proxy.page;

/**
 * An answer of our own.
 *
 * @param status 200, or 400 to 599
 * @param reason its reason phrase
 * @param html whether {@code body} is HTML, else plain text; both in UTF-8
 * @param retryAfterSeconds value for Retry-After; 0 for none
 * @param allow value for Allow (RFC 9110 §10.2.1); empty for none
 * @param explains whether it tells developers more than any other page could
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Page(
        int status, String reason, boolean html, byte[] body, int retryAfterSeconds, String allow, boolean explains) {
    /** The same with another body. */
    public Page with(byte[] other) {
        return new Page(status, reason, html, other, retryAfterSeconds, allow, explains);
    }
}
