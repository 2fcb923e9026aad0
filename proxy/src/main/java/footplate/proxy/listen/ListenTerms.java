package footplate.proxy.listen;

/**
 * How connections to a listening address are taken.
 *
 * @param proxyProtocol whether each begins with a PROXY header, which says who the client is
 */
public record ListenTerms(boolean proxyProtocol) {
    /** As they come. */
    public static final ListenTerms PLAIN = new ListenTerms(false);
}
