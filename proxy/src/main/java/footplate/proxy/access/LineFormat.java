package footplate.proxy.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.http.HeadBytes;
import footplate.core.http.LoggedRequest.Part;
import java.time.ZoneId;

/** How a line of an access log is written (Setting.ACCESS_LOG). */
enum LineFormat {
    /**
     * nginx's and Apache's {@code combined}, byte for byte, and then fields of our own, each with its name:
     * {@code id= host= up= queue= app= total= end=}. Programs that read {@code combined} pass over them.
     */
    COMBINED {
        @Override
        void line(AccessEntry entry, LogTime time, HeadBytes out) {
            value(entry, Part.ADDRESS, out);
            out.add(BEFORE_TIME);
            time.common(out);
            out.add(AFTER_TIME);
            value(entry, Part.METHOD, out);
            if (entry.request().has(Part.METHOD)) {
                out.add(SPACE);
                value(entry, Part.TARGET, out);
                out.add(entry.request().oldVersion() ? HTTP_10 : HTTP_11);
            }
            out.add(QUOTE).add(SPACE).add(entry.status()).add(SPACE).add(entry.bodyBytes());
            out.add(SPACE).add(QUOTE);
            value(entry, Part.REFERER, out);
            out.add(QUOTE).add(SPACE).add(QUOTE);
            value(entry, Part.USER_AGENT, out);
            out.add(QUOTE).add(ID);
            value(entry, Part.ID, out);
            out.add(HOST);
            value(entry, Part.HOST, out);
            out.add(UP);
            var upstream = entry.upstream();
            if (upstream.length == 0) {
                out.add(DASH);
            } else {
                Escape.plain(upstream, 0, upstream.length, out);
            }
            seconds(entry.queueNanos(), out.add(QUEUE), DASH);
            seconds(entry.appNanos(), out.add(APP), DASH);
            seconds(entry.totalNanos(), out.add(TOTAL), DASH);
            out.add(END).add(entry.end().word).add(LINE_END);
        }

        @Override
        void dropped(long count, LogTime time, HeadBytes out) {
            out.add(DASH).add(BEFORE_TIME);
            time.common(out);
            out.add(NO_REQUEST).add(count).add(LINES_LOST).add(QUOTE).add(LINE_END);
        }

        private void value(AccessEntry entry, Part part, HeadBytes out) {
            var request = entry.request();
            if (request.has(part)) {
                Escape.plain(request.bytes(), request.from(part), request.to(part), out);
            } else {
                out.add(DASH);
            }
        }
    },

    /** One JSON object a line; what is not there is {@code null}. Times are in seconds. */
    JSON {
        @Override
        void line(AccessEntry entry, LogTime time, HeadBytes out) {
            time.iso(out.add(J_TIME));
            out.add(QUOTE);
            value(entry, Part.ADDRESS, out.add(J_REMOTE));
            value(entry, Part.HOST, out.add(J_HOST));
            value(entry, Part.METHOD, out.add(J_METHOD));
            value(entry, Part.TARGET, out.add(J_TARGET));
            if (!entry.request().has(Part.METHOD)) {
                out.add(J_PROTOCOL).add(NULL);
            } else {
                out.add(entry.request().oldVersion() ? J_HTTP_10 : J_HTTP_11);
            }
            out.add(J_STATUS).add(entry.status()).add(J_BYTES).add(entry.bodyBytes());
            value(entry, Part.REFERER, out.add(J_REFERER));
            value(entry, Part.USER_AGENT, out.add(J_AGENT));
            value(entry, Part.ID, out.add(J_ID));
            out.add(J_UPSTREAM);
            var upstream = entry.upstream();
            if (upstream.length == 0) {
                out.add(NULL);
            } else {
                out.add(QUOTE);
                Escape.json(upstream, 0, upstream.length, out);
                out.add(QUOTE);
            }
            out.add(J_TRIES).add(entry.tries());
            seconds(entry.queueNanos(), out.add(J_QUEUE), NULL);
            seconds(entry.appNanos(), out.add(J_APP), NULL);
            seconds(entry.totalNanos(), out.add(J_TOTAL), NULL);
            out.add(J_END).add(entry.end().word).add(J_CLOSE);
        }

        @Override
        void dropped(long count, LogTime time, HeadBytes out) {
            time.iso(out.add(J_TIME));
            out.add(J_DROPPED).add(count).add(J_CLOSE_NUMBER);
        }

        private void value(AccessEntry entry, Part part, HeadBytes out) {
            var request = entry.request();
            if (request.has(part)) {
                out.add(QUOTE);
                Escape.json(request.bytes(), request.from(part), request.to(part), out);
                out.add(QUOTE);
            } else {
                out.add(NULL);
            }
        }
    };

    private static final byte SPACE = ' ';
    private static final byte QUOTE = '"';
    private static final byte LINE_END = '\n';
    private static final byte[] DASH = ascii("-");
    private static final byte[] NULL = ascii("null");
    private static final byte[] HTTP_10 = ascii(" HTTP/1.0");
    private static final byte[] HTTP_11 = ascii(" HTTP/1.1");
    private static final byte[] BEFORE_TIME = ascii(" - - [");
    private static final byte[] AFTER_TIME = ascii("] \"");
    private static final byte[] ID = ascii(" id=");
    private static final byte[] HOST = ascii(" host=");
    private static final byte[] UP = ascii(" up=");
    private static final byte[] QUEUE = ascii(" queue=");
    private static final byte[] APP = ascii(" app=");
    private static final byte[] TOTAL = ascii(" total=");
    private static final byte[] END = ascii(" end=");
    private static final byte[] NO_REQUEST = ascii("] \"-\" 0 0 \"-\" \"footplate: ");
    private static final byte[] LINES_LOST = ascii(" lines of this log were dropped");
    private static final byte[] J_TIME = ascii("{\"time\":\"");
    private static final byte[] J_REMOTE = ascii(",\"remote\":");
    private static final byte[] J_HOST = ascii(",\"host\":");
    private static final byte[] J_METHOD = ascii(",\"method\":");
    private static final byte[] J_TARGET = ascii(",\"target\":");
    private static final byte[] J_PROTOCOL = ascii(",\"protocol\":");
    private static final byte[] J_HTTP_10 = ascii(",\"protocol\":\"HTTP/1.0\"");
    private static final byte[] J_HTTP_11 = ascii(",\"protocol\":\"HTTP/1.1\"");
    private static final byte[] J_STATUS = ascii(",\"status\":");
    private static final byte[] J_BYTES = ascii(",\"bytes\":");
    private static final byte[] J_REFERER = ascii(",\"referer\":");
    private static final byte[] J_AGENT = ascii(",\"user_agent\":");
    private static final byte[] J_ID = ascii(",\"id\":");
    private static final byte[] J_UPSTREAM = ascii(",\"upstream\":");
    private static final byte[] J_TRIES = ascii(",\"tries\":");
    private static final byte[] J_QUEUE = ascii(",\"queue\":");
    private static final byte[] J_APP = ascii(",\"app\":");
    private static final byte[] J_TOTAL = ascii(",\"total\":");
    private static final byte[] J_END = ascii(",\"end\":\"");
    private static final byte[] J_CLOSE = ascii("\"}\n");
    private static final byte[] J_DROPPED = ascii("\",\"dropped\":");
    private static final byte[] J_CLOSE_NUMBER = ascii("}\n");

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    /** Writes a line, its end included. */
    abstract void line(AccessEntry entry, LogTime time, HeadBytes out);

    /** Writes a line that says how many others are missing. */
    abstract void dropped(long count, LogTime time, HeadBytes out);

    /** The same as bytes, for now. */
    byte[] dropped(long count) {
        var out = new HeadBytes(128);
        dropped(count, new LogTime(ZoneId.systemDefault()).at(System.currentTimeMillis()), out);
        return java.util.Arrays.copyOf(out.array(), out.length());
    }

    /** In seconds with six decimals; {@code none} if it is below 0. */
    static void seconds(long nanos, HeadBytes out, byte[] none) {
        if (nanos < 0) {
            out.add(none);
            return;
        }
        long micros = nanos / 1_000;
        out.add(micros / 1_000_000).add((byte) '.');
        long rest = micros % 1_000_000;
        for (int unit = 100_000; unit > 0; unit /= 10) {
            out.add((byte) ('0' + rest / unit % 10));
        }
    }
}
