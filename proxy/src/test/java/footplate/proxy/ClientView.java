package footplate.proxy;

import footplate.core.http.ReferenceChunks;
import footplate.core.http.ReferenceResponse;
import footplate.core.http.ResponseHead;
import footplate.core.http.Verdict;
import footplate.testkit.Wire;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What a client that knows its RFCs makes of all that came on a connection.
 *
 * @param answers in order
 * @param rest what is no part of an answer; empty if all is well
 * @param reset whether the connection ended with a reset
 */
record ClientView(List<Answer> answers, String rest, boolean reset) {
    /**
     * One answer.
     *
     * @param interims statuses of the 1xx answers before it
     * @param head of the final answer, empty line included
     * @param body without its framing
     * @param complete whether it came to its end, as far as a client can tell
     */
    record Answer(List<Integer> interims, int status, String head, String body, boolean complete) {}

    /**
     * Reads to the end of the stream.
     *
     * @param methods of the requests that were sent; more answers than that are rest
     * @throws SocketTimeoutException if the end does not come in time
     */
    static ClientView of(Wire wire, List<String> methods) throws IOException {
        var text = new StringBuilder();
        boolean reset = false;
        try {
            for (int next = wire.read(); next >= 0; next = wire.read()) {
                text.append((char) next);
            }
        } catch (SocketTimeoutException hangs) {
            throw new IOException("the connection stays open after: " + text, hangs);
        } catch (IOException broken) {
            reset = true;
        }
        return of(text.toString(), reset, methods);
    }

    private static ClientView of(String text, boolean reset, List<String> methods) {
        var answers = new ArrayList<Answer>();
        Iterator<String> method = methods.iterator();
        var interims = new ArrayList<Integer>();
        int at = 0;
        while (at < text.length() && method.hasNext()) {
            if (!(ReferenceResponse.read(text.substring(at)) instanceof Verdict.Complete<ReferenceResponse> head)) {
                break;
            }
            int body = at + head.end();
            if (head.read().interim()) {
                interims.add(head.read().status());
                at = body;
                continue;
            }
            var answer =
                    answer(text, at, body, head.read(), method.next().equals("HEAD"), reset, List.copyOf(interims));
            interims.clear();
            answers.add(answer.answer);
            at = answer.end;
        }
        return new ClientView(answers, text.substring(at), reset);
    }

    private record At(Answer answer, int end) {}

    private static At answer(
            String text,
            int from,
            int body,
            ReferenceResponse head,
            boolean answersHead,
            boolean reset,
            List<Integer> interims) {
        var lines = text.substring(from, body);
        var framing = head.webSocket() ? ResponseHead.Body.UNTIL_CLOSE : head.body(answersHead);
        return switch (framing) {
            case NONE -> new At(new Answer(interims, head.status(), lines, "", true), body);
            case LENGTH -> {
                int end = (int) Math.min(text.length(), body + head.contentLength());
                boolean whole = end - body == head.contentLength();
                yield new At(new Answer(interims, head.status(), lines, text.substring(body, end), whole), end);
            }
            case CHUNKED ->
                ReferenceChunks.read(text, body) instanceof Verdict.Complete<ReferenceChunks> all
                        ? new At(
                                new Answer(
                                        interims,
                                        head.status(),
                                        lines,
                                        all.read().data(),
                                        true),
                                all.end())
                        : new At(
                                new Answer(interims, head.status(), lines, text.substring(body), false), text.length());
            case UNTIL_CLOSE ->
                new At(new Answer(interims, head.status(), lines, text.substring(body), !reset), text.length());
        };
    }

    /** The statuses of the answers, those that were broken off with a minus. */
    List<Integer> statuses() {
        return answers.stream()
                .map(answer -> answer.complete() ? answer.status() : -answer.status())
                .toList();
    }
}
