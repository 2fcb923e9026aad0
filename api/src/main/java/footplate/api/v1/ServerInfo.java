package footplate.api.v1;

import footplate.api.json.Fields;
import footplate.api.json.JsonBody;
import footplate.api.json.JsonOut;
import footplate.api.json.Malformed;

/**
 * A server of an upstream.
 *
 * @param name as its operator names it, or the address that a name led to
 * @param weight its share beside the others
 * @param backup whether it is for when the others are gone
 * @param down whether its operator has it get no requests
 * @param out why it gets no requests just now, in words; empty if it gets some
 * @param sessions requests in hand
 * @param processed requests answered
 */
public record ServerInfo(
        String name, int weight, boolean backup, boolean down, String out, int sessions, long processed)
        implements JsonBody {
    public static ServerInfo read(Fields fields) throws Malformed {
        return new ServerInfo(
                fields.text("name"),
                fields.integer("weight", 1, Integer.MAX_VALUE),
                fields.flag("backup"),
                fields.flag("down"),
                fields.text("out"),
                fields.integer("sessions", 0, Integer.MAX_VALUE),
                fields.number("processed", 0, Long.MAX_VALUE));
    }

    @Override
    public void write(JsonOut json) {
        json.text("name", name);
        json.number("weight", weight);
        json.flag("backup", backup);
        json.flag("down", down);
        json.text("out", out);
        json.number("sessions", sessions);
        json.number("processed", processed);
    }
}
