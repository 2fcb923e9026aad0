package footplate.proxy.flow;

/**
 * What the data plane has done since its start.
 *
 * @param connections open client connections
 * @param parked those of them that are parked, for want of anything to do
 * @param accepted client connections ever accepted
 * @param requests requests begun
 * @param answered answered in full by a process
 * @param files answered with a file
 * @param refused answered by us with an error
 * @param clientGone left by their client
 * @param broken cut off in the middle of the answer
 * @param malformed connections closed because what came was not understood
 * @param retried requests sent again
 * @param idleUpstream idle connections to processes
 * @param bugs mistakes of ours that ended a request
 * @param turnedAway connections refused for want of room: too many in all, of one address, or of descriptors
 * @param logLinesDropped lines that are missing from access logs, as they could not be written fast enough, or at all
 * @param mirrored copies of requests that were answered elsewhere
 * @param mirrorsDropped copies that were not sent in full, or not answered
 */
public record Stats(
        long connections,
        long parked,
        long accepted,
        long requests,
        long answered,
        long files,
        long refused,
        long clientGone,
        long broken,
        long malformed,
        long retried,
        long idleUpstream,
        long bugs,
        long turnedAway,
        long logLinesDropped,
        long mirrored,
        long mirrorsDropped) {
    static final Stats ZERO = new Stats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Both together. */
    public Stats plus(Stats other) {
        return new Stats(
                connections + other.connections,
                parked + other.parked,
                accepted + other.accepted,
                requests + other.requests,
                answered + other.answered,
                files + other.files,
                refused + other.refused,
                clientGone + other.clientGone,
                broken + other.broken,
                malformed + other.malformed,
                retried + other.retried,
                idleUpstream + other.idleUpstream,
                bugs + other.bugs,
                turnedAway + other.turnedAway,
                logLinesDropped + other.logLinesDropped,
                mirrored + other.mirrored,
                mirrorsDropped + other.mirrorsDropped);
    }

    /** The same with what the loops do not know. */
    public Stats withLogLinesDropped(long dropped) {
        return new Stats(
                connections,
                parked,
                accepted,
                requests,
                answered,
                files,
                refused,
                clientGone,
                broken,
                malformed,
                retried,
                idleUpstream,
                bugs,
                turnedAway,
                dropped,
                mirrored,
                mirrorsDropped);
    }

    /** Nothing yet. */
    public static Stats zero() {
        return ZERO;
    }
}
