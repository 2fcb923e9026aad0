package footplate.proxy.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import footplate.core.http.Conditions;
import footplate.core.http.Conditions.Answer;
import footplate.core.http.NamedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers made from a representation: whole, in parts, or without a body. */
final class FileAnswers {
    private static final byte[] NONE = {};

    private FileAnswers() {}

    /**
     * The answer; null if the representation's content is needed first.
     *
     * @param named the app's answer that it is sent for, or null
     */
    static @Nullable FileAnswer of(Representation of, Conditions conditions, boolean get, @Nullable NamedFile named) {
        boolean conditional = named == null || named.status() == 200 || named.status() == 206;
        if (conditions.equals(Conditions.NONE) || !conditional) {
            return whole(of, get, named);
        }
        return switch (conditions.answer(of.etag(), of.modified(), of.size(), get)) {
            case Answer.Whole() -> whole(of, get, named);
            case Answer.NotModified() ->
                named == null ? of.notModified() : bodyless(304, "304 Not Modified", of.validators(), named);
            case Answer.Failed() -> bodyless(412, "412 Precondition Failed", "Content-Length: 0\r\n", null);
            case Answer.NoSuchPart() ->
                bodyless(
                        416,
                        "416 Range Not Satisfiable",
                        "Content-Range: bytes */" + of.size() + "\r\nContent-Length: 0\r\n",
                        null);
            case Answer.Part part -> part(of, part, named);
            case Answer.Parts(var parts) -> parts(of, parts, named);
        };
    }

    private static @Nullable FileAnswer whole(Representation of, boolean get, @Nullable NamedFile named) {
        var plain = get ? of.whole() : of.bodyless();
        if (named == null || plain == null) {
            return plain;
        }
        boolean ok = named.status() == 206;
        var fields = about(of, named) + Representation.length(of.size());
        var line = ok ? "HTTP/1.1 200 OK\r\n" : named.statusLine();
        return new FileAnswer(ok ? 200 : named.status(), head(line, named, fields), plain.content(), plain.pieces());
    }

    private static FileAnswer bodyless(int status, String line, String fields, @Nullable NamedFile named) {
        return new FileAnswer(status, head("HTTP/1.1 " + line + "\r\n", named, fields), null, List.of());
    }

    private static @Nullable FileAnswer part(Representation of, Answer.Part part, @Nullable NamedFile named) {
        var content = of.content();
        if (content == null) {
            return null;
        }
        var fields = (named == null ? of.fields() : about(of, named))
                + range(part, of.size())
                + Representation.length(part.length());
        return new FileAnswer(
                206,
                head("HTTP/1.1 206 Partial Content\r\n", named, fields),
                content,
                List.of(new FileAnswer.Piece(NONE, part.from(), part.length())));
    }

    private static String type(Representation of, NamedFile named) {
        var told = named.type();
        return told == null ? of.type() : told;
    }

    private static String about(Representation of, NamedFile named) {
        return "Content-Type: " + type(of, named) + "\r\n" + of.validators() + of.aboutBytes();
    }

    private static String range(Answer.Part part, long size) {
        return "Content-Range: bytes " + part.from() + "-" + (part.from() + part.length() - 1) + "/" + size + "\r\n";
    }

    /** {@code multipart/byteranges} (RFC 9110 §14.6). */
    private static @Nullable FileAnswer parts(Representation of, List<Answer.Part> parts, @Nullable NamedFile named) {
        var content = of.content();
        if (content == null) {
            return null;
        }
        var type = named == null ? of.type() : type(of, named);
        // Nobody who puts a file there knows it beforehand.
        var boundary = "footplate-" + UUID.randomUUID();
        var pieces = new ArrayList<FileAnswer.Piece>(parts.size() + 1);
        long length = 0;
        for (var part : parts) {
            var lead = ("\r\n--" + boundary + "\r\nContent-Type: " + type + "\r\n" + range(part, of.size()) + "\r\n")
                    .getBytes(ISO_8859_1);
            pieces.add(new FileAnswer.Piece(lead, part.from(), part.length()));
            length += lead.length + part.length();
        }
        var end = ("\r\n--" + boundary + "--\r\n").getBytes(ISO_8859_1);
        pieces.add(new FileAnswer.Piece(end, 0, 0));
        var fields = of.validators() + of.aboutBytes() + "Content-Type: multipart/byteranges; boundary=" + boundary
                + "\r\n" + Representation.length(length + end.length);
        var line = "HTTP/1.1 206 Partial Content\r\n";
        return new FileAnswer(206, head(line, named, fields), content, List.copyOf(pieces));
    }

    private static byte[] head(String line, @Nullable NamedFile named, String fields) {
        var kept = named == null ? "" : named.fields();
        return Representation.head(line + kept + fields);
    }
}
