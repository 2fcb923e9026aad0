package footplate.proxy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one flat JSON object as strictly as RFC 8259 has it, and nothing else. */
final class JsonLine {
    private final String text;
    private int at;

    private JsonLine(String text) {
        this.text = text;
    }

    /** Names and values; a number as it is written, a null as null. */
    static Map<String, @Nullable String> parse(String line) {
        var reader = new JsonLine(line);
        var object = reader.object();
        if (reader.at != line.length()) {
            throw reader.wrong();
        }
        return object;
    }

    private Map<String, @Nullable String> object() {
        var object = new LinkedHashMap<String, @Nullable String>();
        expect('{');
        do {
            var name = string();
            expect(':');
            if (object.containsKey(name)) {
                throw wrong();
            }
            object.put(name, value());
        } while (text.charAt(at++) == ',');
        at--;
        expect('}');
        return object;
    }

    private @Nullable String value() {
        char first = text.charAt(at);
        if (first == '"') {
            return string();
        }
        if (text.startsWith("null", at)) {
            at += 4;
            return null;
        }
        int from = at;
        while (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.') {
            at++;
        }
        var number = text.substring(from, at);
        if (!number.matches("(0|[1-9]\\d*)(\\.\\d+)?")) {
            throw wrong();
        }
        return number;
    }

    private String string() {
        expect('"');
        var out = new StringBuilder();
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw wrong();
            }
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = text.charAt(at++);
            switch (escaped) {
                case '"', '\\', '/' -> out.append(escaped);
                case 'u' -> {
                    out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                }
                default -> throw wrong();
            }
        }
        at++;
        return out.toString();
    }

    private void expect(char wanted) {
        if (text.charAt(at++) != wanted) {
            throw wrong();
        }
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("no JSON at " + at + ": " + text);
    }
}
