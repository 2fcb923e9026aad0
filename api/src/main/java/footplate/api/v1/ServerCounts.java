package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;

/**
 * What the server has done since its start, and what it holds now.
 *
 * @param connections open client connections
 * @param parked those of them that are parked, for want of anything to do
 * @param accepted client connections ever accepted
 * @param requests requests begun
 * @param answered of them: answered in full by a process or server
 * @param files answered with a file
 * @param refused answered by Footplate with an error
 * @param clientGone left by their client
 * @param broken cut off in the middle of the answer
 * @param malformed connections closed because what came was not understood
 * @param turnedAway connections refused for want of room: too many in all, of one address, or of descriptors
 * @param retried requests sent again
 * @param idleUpstream idle connections to processes and servers
 * @param mirrored copies of requests that were answered elsewhere
 * @param mirrorsDropped copies that were not sent in full, or not answered
 * @param logLinesDropped lines that are missing from access logs, as they could not be written fast enough, or at all
 * @param bugs mistakes of Footplate's own that ended a request
 * @param bufferBytes memory that buffered bodies take
 * @param tempDiskBytes disk that buffered bodies take
 */
public record ServerCounts(
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
        long turnedAway,
        long retried,
        long idleUpstream,
        long mirrored,
        long mirrorsDropped,
        long logLinesDropped,
        long bugs,
        long bufferBytes,
        long tempDiskBytes)
        implements JsonBody {
    public static ServerCounts read(Fields fields) throws Malformed {
        return new ServerCounts(
                number(fields, "connections"),
                number(fields, "parked"),
                number(fields, "accepted"),
                number(fields, "requests"),
                number(fields, "answered"),
                number(fields, "files"),
                number(fields, "refused"),
                number(fields, "clientGone"),
                number(fields, "broken"),
                number(fields, "malformed"),
                number(fields, "turnedAway"),
                number(fields, "retried"),
                number(fields, "idleUpstream"),
                number(fields, "mirrored"),
                number(fields, "mirrorsDropped"),
                number(fields, "logLinesDropped"),
                number(fields, "bugs"),
                number(fields, "bufferBytes"),
                number(fields, "tempDiskBytes"));
    }

    private static long number(Fields fields, String name) throws Malformed {
        return fields.number(name, 0, Long.MAX_VALUE);
    }

    @Override
    public void write(JsonOut out) {
        out.number("connections", connections);
        out.number("parked", parked);
        out.number("accepted", accepted);
        out.number("requests", requests);
        out.number("answered", answered);
        out.number("files", files);
        out.number("refused", refused);
        out.number("clientGone", clientGone);
        out.number("broken", broken);
        out.number("malformed", malformed);
        out.number("turnedAway", turnedAway);
        out.number("retried", retried);
        out.number("idleUpstream", idleUpstream);
        out.number("mirrored", mirrored);
        out.number("mirrorsDropped", mirrorsDropped);
        out.number("logLinesDropped", logLinesDropped);
        out.number("bugs", bugs);
        out.number("bufferBytes", bufferBytes);
        out.number("tempDiskBytes", tempDiskBytes);
    }
}
