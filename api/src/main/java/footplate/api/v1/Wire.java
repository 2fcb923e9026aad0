package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.Json;
import footplate.api.json.JsonBody;
import footplate.api.json.Malformed;
import java.nio.charset.StandardCharsets;

/**
 * The control protocol, for both of its sides: newline-delimited JSON over a Unix socket, one request a connection.
 *
 * <p>One line {@code {"v":1,"call":"start","body":{…}}} is answered by zero or more lines {@code {"event":{…}}} and then exactly one
 * {@code {"ok":{…}}} or {@code {"error":{…}}}. Fields that are not known are ignored.
 */
public final class Wire {
    /** The version of the protocol that is spoken here. */
    public static final int VERSION = 1;

    /** Longest request line, in bytes; it must hold an environment ({@code ARG_MAX} allows more, nobody has it). */
    public static final int MAX_REQUEST_BYTES = 1 << 20;

    /** Longest answer line, in bytes. */
    public static final int MAX_ANSWER_BYTES = 16 << 20;

    /** A request that cannot be served, with the answer to send. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient ErrorAnswer answer;

        Refused(ErrorAnswer answer) {
            super(answer.problems().getFirst().what(), null, false, false);
            this.answer = answer;
        }

        public ErrorAnswer answer() {
            return answer;
        }
    }

    private Wire() {}

    /** {@return the line of a request, line end included} */
    public static byte[] request(Call call, JsonBody body) {
        return line(out -> {
            out.number("v", VERSION);
            out.text("call", call.wireName());
            out.object("body", body);
        });
    }

    /**
     * Reads a request line.
     *
     * @throws Refused with the answer to send, if it is not a request of this version
     */
    public static Request readRequest(String line) throws Refused {
        try {
            Fields fields = Json.object("", line);
            long version = fields.number("v", 0, Integer.MAX_VALUE);
            if (version != VERSION) {
                throw new Refused(
                        ErrorAnswer.of(
                                ErrorAnswer.WRONG_VERSION,
                                new Problem(
                                        "v",
                                        "version " + version + " of the control protocol is not spoken here, only "
                                                + VERSION,
                                        "Use the command line that belongs to this daemon, or 'footplate kill' and start again.")));
            }
            String name = fields.text("call");
            Call call = Call.named(name);
            if (call == null) {
                throw new Refused(ErrorAnswer.of(
                        ErrorAnswer.UNKNOWN_CALL,
                        new Problem("call", "there is no such call", "The calls are in docs/reference/api.md.")));
            }
            Fields body = fields.optionalObject("body");
            return new Request(call, body == null ? Json.object("body", "{}") : body);
        } catch (Malformed malformed) {
            throw new Refused(ErrorAnswer.of(malformed));
        }
    }

    /** {@return the line of an event, line end included} */
    public static byte[] event(Event event) {
        return line(out -> out.object("event", event));
    }

    /** {@return the last line of a call that was carried out, line end included} */
    public static byte[] ok(JsonBody body) {
        return line(out -> out.object("ok", body));
    }

    /** {@return the last line of a call that failed, line end included} */
    public static byte[] error(ErrorAnswer answer) {
        return line(out -> out.object("error", answer));
    }

    /** Reads a line of an answer. */
    public static Answer readAnswer(String line) throws Malformed {
        Fields fields = Json.object("", line);
        Fields ok = fields.optionalObject("ok");
        if (ok != null) {
            return new Answer.Ok(ok);
        }
        Fields event = fields.optionalObject("event");
        if (event != null) {
            return new Answer.Happened(Event.read(event));
        }
        return new Answer.Failed(ErrorAnswer.read(fields.object("error")));
    }

    private static byte[] line(JsonBody body) {
        return (Json.text(body) + '\n').getBytes(StandardCharsets.UTF_8);
    }
}
