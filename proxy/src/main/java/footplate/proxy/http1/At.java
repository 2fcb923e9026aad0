package footplate.proxy.http1;

/** How far a client's connection is. */
enum At {
    /** Between two requests, or in a head. */
    HEAD,
    /** Nothing was read for a while: it is about to be parked. */
    PARKING,
    /** In a body. */
    BODY,
    /** The request is complete; its answer is not. */
    ANSWER,
    /** The answer is complete, or will not be; the client has not taken all that there is of it. */
    DRAINING,
    /** Reads no more requests; the last answer is on its way out, or the client is given time to see the end. */
    PARTING,
    TUNNEL,
    CLOSED
}
