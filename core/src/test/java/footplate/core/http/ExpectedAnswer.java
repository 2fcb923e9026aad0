package footplate.core.http;

import java.util.ArrayList;
import java.util.List;

/**
 * What the bytes of an app mean as the answer to one request, by the letter of RFC 9112 §6.3; what the proxy's readers are
 * compared with.
 *
 * @param interims statuses of the 1xx answers before it
 * @param status of the final answer; {@link #NONE} if there is no legal one
 * @param data its body without framing; of one that is not whole, all that is certain
 * @param body how its end is known
 * @param whole whether it is complete, at the latest when the stream ends in order
 * @param end the position behind it; -1 if it is not whole
 * @param keepAlive whether another answer may follow
 * @param refused whether it is malformed, and not only short
 */
public record ExpectedAnswer(
        List<Integer> interims,
        int status,
        String data,
        ResponseHead.Body body,
        boolean whole,
        int end,
        boolean keepAlive,
        boolean refused) {
    /** No legal final head. */
    public static final int NONE = -1;

    /** Reads one from the beginning of {@code stream}. */
    public static ExpectedAnswer of(String stream, boolean answersHead) {
        var interims = new ArrayList<Integer>();
        int at = 0;
        while (true) {
            switch (ReferenceResponse.read(stream.substring(at))) {
                case Verdict.Incomplete<ReferenceResponse> _ -> {
                    return new ExpectedAnswer(interims, NONE, "", ResponseHead.Body.NONE, false, -1, false, false);
                }
                case Verdict.Refused<ReferenceResponse> _ -> {
                    return new ExpectedAnswer(interims, NONE, "", ResponseHead.Body.NONE, false, -1, false, true);
                }
                case Verdict.Complete<ReferenceResponse> head -> {
                    at += head.end();
                    if (!head.read().interim()) {
                        return whole(stream, at, head.read(), head.read().body(answersHead), interims);
                    }
                    interims.add(head.read().status());
                }
            }
        }
    }

    private static ExpectedAnswer whole(
            String stream, int at, ReferenceResponse head, ResponseHead.Body body, List<Integer> interims) {
        int status = head.status();
        boolean keepAlive = head.keepAlive();
        return switch (body) {
            case NONE -> {
                // Where a length is named, a body may come that must not.
                boolean named = head.fields().chunked() || head.contentLength() > 0;
                yield new ExpectedAnswer(interims, status, "", body, true, at, keepAlive && !named, false);
            }
            case LENGTH -> {
                int end = (int) Math.min(stream.length(), at + head.contentLength());
                boolean whole = end - at == head.contentLength();
                var data = stream.substring(at, end);
                yield new ExpectedAnswer(interims, status, data, body, whole, whole ? end : -1, keepAlive, false);
            }
            case CHUNKED ->
                switch (ReferenceChunks.read(stream, at)) {
                    case Verdict.Complete<ReferenceChunks> all ->
                        new ExpectedAnswer(
                                interims, status, all.read().data(), body, true, all.end(), keepAlive, false);
                    case Verdict.Incomplete<ReferenceChunks> _ ->
                        new ExpectedAnswer(interims, status, "", body, false, -1, false, false);
                    case Verdict.Refused<ReferenceChunks> _ ->
                        new ExpectedAnswer(interims, status, "", body, false, -1, false, true);
                };
            case UNTIL_CLOSE ->
                new ExpectedAnswer(interims, status, stream.substring(at), body, true, stream.length(), false, false);
        };
    }
}
