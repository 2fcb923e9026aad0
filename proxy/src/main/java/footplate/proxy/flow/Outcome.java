package footplate.proxy.flow;

/** How a request ended. */
public enum Outcome {
    /** A process answered it in full. */
    ANSWERED,
    /** A file answered it. */
    FILE,
    /** We answered it: with an error, a redirect, or what a browser asks beforehand. */
    REFUSED,
    /** The client went away before the end. */
    CLIENT_GONE,
    /** The answer was cut off. */
    BROKEN
}
