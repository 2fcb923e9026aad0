package footplate.proxy;

import footplate.core.http.Hostile;
import footplate.core.http.ReferenceChunks;
import footplate.core.http.ReferenceRequest;
import footplate.core.http.Verdict;
import footplate.testkit.ScriptedUpstream;
import footplate.testkit.Wire;
import java.io.IOException;
import java.util.function.Function;

/**
 * An app that reads requests by the letter, notes the complete ones as they came, and answers each. What it cannot read
 * it notes too, with {@link #ILLEGAL} before it: the proxy must never send such a thing. What ends in the middle it does
 * not note.
 */
final class Recorder implements ScriptedUpstream.Script {
    static final String ILLEGAL = "ILLEGAL ";

    private final Function<String, String> answer;

    /** @param answer what is sent for a request, head and body as they came */
    Recorder(Function<String, String> answer) {
        this.answer = answer;
    }

    @Override
    public void play(Wire wire, int number, ScriptedUpstream upstream) throws IOException {
        while (true) {
            var head = wire.readHead();
            if (!head.endsWith("\r\n\r\n")) {
                return;
            }
            if (!(ReferenceRequest.read(head, 100_000) instanceof Verdict.Complete<ReferenceRequest> request)) {
                upstream.note(ILLEGAL + Hostile.visible(head));
                return;
            }
            var body = body(wire, request.read());
            if (body == null) {
                return;
            }
            upstream.note(head + body);
            wire.send(answer.apply(head + body));
        }
    }

    /** The body as it came; null if the stream ends in it. */
    @org.jspecify.annotations.Nullable
    private static String body(Wire wire, ReferenceRequest request) throws IOException {
        var body = new StringBuilder();
        while (body.length() < request.contentLength() || (request.chunked() && !isWhole(body))) {
            int next = wire.read();
            if (next < 0) {
                return null;
            }
            body.append((char) next);
        }
        return body.toString();
    }

    private static boolean isWhole(StringBuilder chunks) {
        int length = chunks.length();
        boolean mayEnd = length >= 4 && chunks.substring(length - 4).equals("\r\n\r\n");
        return mayEnd && !(ReferenceChunks.read(chunks.toString(), 0) instanceof Verdict.Incomplete<ReferenceChunks>);
    }
}
