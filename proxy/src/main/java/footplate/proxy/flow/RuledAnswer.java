package footplate.proxy.flow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import footplate.core.http.HeaderEdit;
import footplate.proxy.files.Content;
import footplate.proxy.files.FileAnswer;
import footplate.proxy.page.Page;
import java.util.List;

/** Answers of our own for requests whose route has rules. */
final class RuledAnswer {
    private static final byte[] NONE = {};

    private RuledAnswer() {}

    /**
     * A page.
     *
     * @param more further field lines, each with its CRLF
     */
    static FileAnswer of(Page page, String more, HeaderEdit edit) {
        var body = page.body();
        boolean moved = page.status() < 400;
        var head = "HTTP/1.1 " + page.status() + " " + page.reason() + "\r\nContent-Type: text/"
                + (page.html() ? "html" : "plain") + "; charset=utf-8\r\n"
                + (moved ? "" : "Cache-Control: no-store\r\n") + "Content-Length: " + body.length + "\r\n"
                + (page.allow().isEmpty() ? "" : "Allow: " + page.allow() + "\r\n")
                + (page.retryAfterSeconds() > 0 ? "Retry-After: " + page.retryAfterSeconds() + "\r\n" : "")
                + more;
        return new FileAnswer(
                page.status(),
                edit.in(head.getBytes(ISO_8859_1)),
                new Content.Small(body),
                List.of(new FileAnswer.Piece(NONE, 0, body.length)));
    }

    /** The answer to a browser's question beforehand. */
    static FileAnswer preflight(String lines, HeaderEdit edit) {
        var head = "HTTP/1.1 204 No Content\r\n" + lines;
        return new FileAnswer(204, edit.in(head.getBytes(ISO_8859_1)), null, List.of());
    }

    /** A file's answer with the route's changes. */
    static FileAnswer edited(FileAnswer answer, HeaderEdit edit) {
        return edit == HeaderEdit.NONE
                ? answer
                : new FileAnswer(answer.status(), edit.in(answer.head()), answer.content(), answer.pieces());
    }
}
