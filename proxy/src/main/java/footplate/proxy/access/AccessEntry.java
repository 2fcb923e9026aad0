package footplate.proxy.access;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import footplate.core.http.HeadBytes;
import footplate.core.http.LoggedRequest;
import footplate.core.http.RequestHead;
import footplate.core.route.Target;
import org.jspecify.annotations.Nullable;

/**
 * One request that will become a line of its app's access log: filled in on its way, written at its end, exactly once. On
 * its loop only; used again.
 */
public final class AccessEntry {
    private static final byte[] ID_FIELD = "X-Request-Id: ".getBytes(US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] NONE = new byte[0];

    /** How an answer ended. */
    public enum End {
        /** In full. */
        DONE("done"),
        /** It was cut off, by its process or by us. */
        CUT("cut"),
        /** Its client went away before the end. */
        GONE("gone");

        @SuppressWarnings("ImmutableEnumChecker") // never handed out, never written
        final byte[] word;

        End(String word) {
            this.word = word.getBytes(US_ASCII);
        }
    }

    private final LoopLog loop;
    private final LoggedRequest request = new LoggedRequest();
    private final byte[] made = new byte[32];
    private boolean idIsOurs;
    private @Nullable AppLog log;
    private AppLog.@Nullable Terms terms;
    private @Nullable Target target;
    private byte[] upstream = NONE;
    private End end = End.DONE;
    private int status;
    private int tries;
    private long body;
    private long begunNanos;
    private long queuedNanos;
    private long claimedNanos;
    private long leftNanos;
    private long endNanos;

    AccessEntry(LoopLog loop) {
        this.loop = loop;
    }

    /**
     * Begins with a request's head, which loses request ids that are not believed.
     *
     * @param how whether and how its line is written
     * @param head null if it was not understood, or never came
     */
    AccessEntry begin(AppLog app, AppLog.Terms how, @Nullable RequestHead head, byte[] forwardedLines, long nowNanos) {
        log = app;
        terms = how;
        target = null;
        status = 0;
        tries = 0;
        body = 0;
        begunNanos = nowNanos;
        queuedNanos = 0;
        claimedNanos = 0;
        leftNanos = 0;
        if (head == null) {
            request.takeNothing(forwardedLines);
        } else {
            request.take(head, forwardedLines);
        }
        idIsOurs = !request.hasId();
        if (idIsOurs) {
            hex(loop.random(), 0);
            hex(loop.random(), 16);
            request.id(made);
        }
        return this;
    }

    private void hex(long bits, int at) {
        for (int i = 0; i < 16; i++) {
            made[at + i] = HEX[(int) (bits >>> (60 - 4 * i)) & 15];
        }
    }

    /** Adds the request's id to the head for its process, unless the client's is in it. */
    public void addId(HeadBytes head) {
        if (idIsOurs) {
            head.shorten(2).add(ID_FIELD).add(made).add((byte) '\r').add((byte) '\n');
            head.add((byte) '\r').add((byte) '\n');
        }
    }

    /**
     * It has a place at a process, to which it goes now.
     *
     * @param sinceNanos since when it could have gone there
     */
    public void claimed(Target place, long sinceNanos, long nowNanos) {
        if (tries++ == 0) {
            queuedNanos = nowNanos - sinceNanos;
            claimedNanos = nowNanos;
        }
        target = place;
    }

    /** Its process has nothing to do with it any more, if it ever had. */
    public void left() {
        leftNanos = System.nanoTime();
    }

    /** The answer's head goes to the client; an interim one does not count. */
    public void status(int code) {
        status = code;
    }

    /** More of the answer's body has been given to the client's connection. */
    public void body(long bytes) {
        body += bytes;
    }

    /** The end: the line is written, and this is used for another request. */
    public void end(End how) {
        var app = log;
        var its = terms;
        if (app == null || its == null) {
            return;
        }
        log = null;
        end = how;
        if (status == 0) {
            // nginx's code for a client that did not wait for its answer.
            status = 499;
        }
        endNanos = System.nanoTime();
        var place = target;
        upstream = place == null ? NONE : app.address(place);
        target = null;
        loop.write(this, app, its);
    }

    LoggedRequest request() {
        return request;
    }

    int status() {
        return status;
    }

    long bodyBytes() {
        return body;
    }

    End end() {
        return end;
    }

    int tries() {
        return tries;
    }

    /** The address of the process that had it last; empty if none did. */
    byte[] upstream() {
        return upstream;
    }

    /** How long it waited for a place at a process, its body being there if it was waited for; -1 if it had none. */
    long queueNanos() {
        return tries == 0 ? -1 : queuedNanos;
    }

    /** How long processes had it, connecting and further tries included; -1 if none did. */
    long appNanos() {
        return tries == 0 || leftNanos == 0 ? -1 : leftNanos - claimedNanos;
    }

    long totalNanos() {
        return endNanos - begunNanos;
    }

    static byte[] bytes(String address) {
        return address.getBytes(UTF_8);
    }
}
