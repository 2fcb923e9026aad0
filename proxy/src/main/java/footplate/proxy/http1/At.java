package footplate.proxy.http1;

/** How far a client's connection is. */
enum At {
    /** Between two requests, or in a head. */
    HEAD,
    /** In a body. */
    BODY,
    /** The request is complete; its answer is not. */
    ANSWER,
    /** Reads no more requests; the last answer is on its way out. */
    LAST,
    /** All is sent; waits for the client to see the end. */
    LINGERING,
    TUNNEL,
    CLOSED
}
