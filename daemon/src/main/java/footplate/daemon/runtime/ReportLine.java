package footplate.daemon.runtime;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import footplate.core.name.RunId;
import java.io.IOException;
import java.io.StringReader;
import org.jspecify.annotations.Nullable;

/** Reads one line of the channel; a line that says nothing we know is null. */
final class ReportLine {
    private static final int LONGEST_NAME = 1_024;

    private final JsonObject fields;

    private ReportLine(JsonObject fields) {
        this.fields = fields;
    }

    static @Nullable ReportLine parse(String line) {
        try (var reader = new JsonReader(new StringReader(line))) {
            reader.setStrictness(Strictness.STRICT);
            return JsonParser.parseReader(reader) instanceof JsonObject object ? new ReportLine(object) : null;
        } catch (JsonParseException | IOException | StackOverflowError _) {
            return null;
        }
    }

    String token() {
        return text("run", 64);
    }

    @Nullable
    Report report(RunId run) {
        int pid = number("pid");
        if (pid <= 0) {
            return null;
        }
        return switch (text("event", 32)) {
            case "hello" ->
                new Report.Hello(
                        run, pid, number("ppid"), text("node", 32), text("script", LONGEST_NAME), truth("main"));
            case "listening" -> new Report.Listening(run, pid, number("asked"), text("host", 255), text("kind", 16));
            case "closed" -> new Report.Closed(run, pid, number("asked"));
            case "also-listening" -> new Report.AlsoListening(run, pid, text("address", 255));
            case "ready" -> new Report.Ready(run, pid);
            case "message" ->
                new Report.Message(
                        run, pid, fields.has("data") ? fields.get("data").toString() : "null");
            case "stats" -> new Report.Stats(run, pid, decimal("lag"), (long) decimal("heap"));
            case "error" ->
                new Report.Failed(
                        run,
                        pid,
                        text("name", 200),
                        text("message", 8_000),
                        text("stack", 16_000),
                        text("code", 200),
                        truth("handled"));
            default -> null;
        };
    }

    /** Without control characters but line ends and tabs, which could move a terminal's cursor or forge its lines. */
    private String text(String field, int longest) {
        if (!(fields.get(field) instanceof JsonPrimitive value)) {
            return "";
        }
        var text = value.getAsString();
        var clean = new StringBuilder(Math.min(text.length(), longest));
        for (int i = 0; i < text.length() && clean.length() < longest; i++) {
            char c = text.charAt(i);
            if (!Character.isISOControl(c) || c == '\n' || c == '\t') {
                clean.append(c);
            }
        }
        return clean.toString();
    }

    private double decimal(String field) {
        try {
            double value = fields.get(field) instanceof JsonPrimitive json ? json.getAsDouble() : 0;
            return Double.isFinite(value) && value > 0 ? value : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private int number(String field) {
        return (int) Math.min(decimal(field), Integer.MAX_VALUE);
    }

    private boolean truth(String field) {
        return text(field, 8).equals("true");
    }
}
