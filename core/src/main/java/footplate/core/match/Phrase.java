package footplate.core.match;

import footplate.core.config.routes.Template;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A template made ready to be filled in. What is rendered can stand where it is meant for, whatever a client has sent: characters that
 * cannot are percent-encoded here, once, for all that templates are used for. Each character of it is an octet (ISO 8859-1).
 */
public final class Phrase {
    /** What a phrase is meant for. */
    public enum Use {
        /** A header field's value, or a key: without control characters. */
        FIELD,
        /** A URL: visible ASCII; a number sign only as the template has it. */
        URL,
        /** The target of a request: visible ASCII without a number sign. */
        TARGET
    }

    private sealed interface Piece {}

    private record Text(String text) implements Piece {}

    private record Variable(String name) implements Piece {}

    private final Use use;
    private final List<Piece> pieces;
    private final boolean constant;

    private Phrase(Use use, List<Piece> pieces) {
        this.use = use;
        this.pieces = List.copyOf(pieces);
        this.constant = pieces.stream().allMatch(Text.class::isInstance);
    }

    /** Makes one of {@code template}. */
    public static Phrase of(Template template, Use use) {
        var pieces = new ArrayList<Piece>();
        for (var part : template.parts()) {
            switch (part) {
                case Template.Fixed(var text) -> {
                    var octets = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                    var fit = new StringBuilder();
                    append(fit, octets, use, use == Use.URL);
                    pieces.add(new Text(fit.toString()));
                }
                case Template.Named(var name) -> pieces.add(new Variable(name));
            }
        }
        return new Phrase(use, pieces.isEmpty() ? List.of(new Text("")) : pieces);
    }

    /** Whether it is the same for every request. */
    public boolean isConstant() {
        return constant;
    }

    /** The text of it; names that stand for nothing are left out. A constant one makes nothing. */
    public String render(Variables variables) {
        if (pieces.size() == 1 && pieces.getFirst() instanceof Text(var text)) {
            return text;
        }
        var out = new StringBuilder();
        for (var piece : pieces) {
            switch (piece) {
                case Text(var text) -> out.append(text);
                case Variable(var name) -> {
                    var value = variables.value(name);
                    if (value != null) {
                        append(out, value, use, false);
                    }
                }
            }
        }
        return out.toString();
    }

    private static void append(StringBuilder out, String text, Use use, boolean numberSign) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean visible = c > ' ' && c < 0x7F;
            boolean fits = use == Use.FIELD
                    ? visible || c == ' ' || c == '\t' || (c >= 0x80 && c <= 0xFF)
                    : visible && (c != '#' || numberSign);
            if (fits) {
                out.append(c);
            } else {
                for (byte octet :
                        c > 0xFF ? String.valueOf(c).getBytes(StandardCharsets.UTF_8) : new byte[] {(byte) c}) {
                    out.append('%')
                            .append(Character.toUpperCase(Character.forDigit(octet >> 4 & 15, 16)))
                            .append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
                }
            }
        }
    }
}
