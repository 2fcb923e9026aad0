package footplate.proxy.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.http.Method;
import footplate.core.http.RequestHead;
import footplate.core.http.ResponseEdit;
import footplate.core.http.ResponseEdit.Persistence;
import footplate.core.http.ResponseHead;
import footplate.proxy.access.AccessEntry;
import footplate.proxy.files.Content;
import footplate.proxy.files.FileAnswer;
import footplate.proxy.files.FileSending;
import footplate.proxy.files.OpenFile;
import footplate.proxy.flow.Loop;
import footplate.proxy.page.Page;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/** Writes answers to an HTTP/1.x client: heads, and bodies in the framing that its version understands. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
final class ClientOutput {
    /** Bodies up to this much are copied behind their head, so that both go out in one piece. */
    private static final int SMALL = 8 * 1024;

    /** Most bytes of a chunk's size with the ends of both lines. */
    private static final int CHUNK_FRAME = 12;

    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] DATE = "Date: ".getBytes(US_ASCII);
    private static final byte[] STAYS = "\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] STAYS_TOLD = "\r\nConnection: keep-alive\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] CLOSES = "\r\nConnection: close\r\n\r\n".getBytes(US_ASCII);

    /** Most bytes that a head from a file is longer by: Date and Connection. */
    private static final int ABOUT_CONNECTION = 80;

    private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);

    private final Loop loop;
    private final Channel channel;

    private @Nullable ByteBuf pending;
    private @Nullable AccessEntry access;
    private @Nullable FileSending sending;
    private boolean sendsFile;
    private long fileMoved;
    private boolean begun;
    private boolean encode;
    private boolean untilClose;
    private boolean answersHead;
    private boolean oldVersion;
    private boolean clientCloses;
    private boolean continued;

    ClientOutput(Loop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    /** An answer to {@code request} comes next. */
    void begin(RequestHead request) {
        begun = false;
        encode = false;
        untilClose = false;
        answersHead = request.method() == Method.HEAD;
        oldVersion = request.oldVersion();
        clientCloses = !request.keepAlive();
        continued = false;
    }

    /** What comes next answers a head that was refused: all that is known of it is whether its method was HEAD. */
    void refusesHead(boolean answersHead) {
        this.answersHead = answersHead;
    }

    /** Whether the client has said that it will send no further request. */
    boolean clientCloses() {
        return clientCloses;
    }

    /** What is written from now on, and its end, belongs to this entry of an access log. */
    void logs(AccessEntry entry) {
        access = entry;
    }

    /** The answer, whose last byte has been handed over or will never come, is logged; false if it is not to be, or was. */
    boolean ended(AccessEntry.End how) {
        var entry = access;
        if (entry == null) {
            return false;
        }
        access = null;
        entry.body(sending == null ? 0 : sending.transferred());
        entry.end(how);
        return true;
    }

    private void logged(int status, long bodyBytes) {
        if (access != null) {
            access.status(status);
            access.body(bodyBytes);
        }
    }

    /** Whether the final head has been written. */
    boolean begun() {
        return begun;
    }

    /**
     * Passes an interim head on; a second 100 is not.
     *
     * @return whether it was a 100
     */
    boolean interim(ResponseHead head) {
        boolean goOn = head.status() == 100;
        if (goOn && continued) {
            return true;
        }
        continued |= goOn;
        var out = loop.out();
        ResponseEdit.write(head, Persistence.SILENT, false, loop.choices().via(), loop.date(), out);
        write(loop.allocator().directBuffer(out.length()).writeBytes(out.array(), 0, out.length()));
        channel.flush();
        return goOn;
    }

    /**
     * Sends a 100 of our own (RFC 9110 §15.2.1), to a client that understands it.
     *
     * @return false if it has had one already
     */
    boolean goOn() {
        if (continued || begun) {
            return false;
        }
        continued = true;
        write(loop.allocator().directBuffer(CONTINUE.length).writeBytes(CONTINUE));
        channel.flush();
        return true;
    }

    /**
     * Writes the final head, or that of a WebSocket.
     *
     * @param keepAlive whether the connection may stay open
     * @return whether it stays open
     */
    boolean head(ResponseHead head, boolean keepAlive) {
        var body = head.body(answersHead);
        boolean chunkedOut = !oldVersion && (head.chunked() || body == ResponseHead.Body.UNTIL_CLOSE);
        encode = body == ResponseHead.Body.UNTIL_CLOSE && !oldVersion;
        untilClose = oldVersion && (body == ResponseHead.Body.UNTIL_CLOSE || body == ResponseHead.Body.CHUNKED);
        boolean stays = keepAlive && !untilClose;
        boolean bodyless = head.status() < 200 || head.status() == 204 || head.status() == 304;
        var out = loop.out();
        ResponseEdit.write(
                head,
                persistence(stays),
                chunkedOut && !bodyless,
                loop.choices().via(),
                loop.date(),
                out);
        int room = switch (body) {
            case NONE -> 0;
            case LENGTH -> head.contentLength() <= SMALL ? (int) head.contentLength() : 0;
            case CHUNKED -> 1_024;
            case UNTIL_CLOSE -> 0;
        };
        begun = true;
        logged(head.status(), 0);
        pending = loop.allocator().directBuffer(out.length() + room).writeBytes(out.array(), 0, out.length());
        return stays;
    }

    private Persistence persistence(boolean stays) {
        return stays ? (oldVersion ? Persistence.KEEP_ALIVE : Persistence.SILENT) : Persistence.CLOSE;
    }

    void body(ByteBuf part) {
        int length = part.readableBytes();
        if (length == 0) {
            part.release();
            return;
        }
        if (access != null) {
            access.body(length);
        }
        if (encode) {
            chunk(part, length);
            return;
        }
        var head = pending;
        if (head != null && head.writableBytes() >= length) {
            head.writeBytes(part);
            part.release();
            return;
        }
        sendPending();
        write(part);
    }

    /** A part as a chunk (RFC 9112 §7.1); a small one in one piece. */
    private void chunk(ByteBuf part, int length) {
        sendPending();
        boolean small = length <= SMALL;
        var piece = loop.allocator().directBuffer(CHUNK_FRAME + (small ? length : 0));
        for (int shift = (31 - Integer.numberOfLeadingZeros(length)) & ~3; shift >= 0; shift -= 4) {
            piece.writeByte(HEX[length >>> shift & 15]);
        }
        piece.writeBytes(CRLF);
        if (small) {
            write(piece.writeBytes(part).writeBytes(CRLF));
            part.release();
        } else {
            write(piece);
            write(part);
            write(Unpooled.wrappedBuffer(CRLF));
        }
    }

    private void write(Object message) {
        channel.write(message, channel.voidPromise());
    }

    private void sendPending() {
        if (pending != null) {
            write(pending);
            pending = null;
        }
    }

    /** Whether the kernel has taken all that was flushed. */
    boolean allSent() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null || buffer.isEmpty();
    }

    void flush() {
        sendPending();
        channel.flush();
    }

    void end() {
        if (encode) {
            sendPending();
            write(Unpooled.wrappedBuffer(LAST_CHUNK));
            encode = false;
        }
        flush();
        ended(AccessEntry.End.DONE);
        begun = false;
        answersHead = false;
    }

    /** An answer of our own. */
    void page(Page page, boolean keepAlive, boolean old) {
        oldVersion = old;
        var out = loop.out().clear();
        out.add("HTTP/1.1 ")
                .add(page.status())
                .add(" ")
                .add(page.reason())
                .add("\r\nDate: ")
                .add(loop.date());
        out.add("\r\nContent-Type: text/").add(page.html() ? "html" : "plain");
        out.add("; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: ")
                .add(page.body().length);
        out.add("\r\n");
        if (!page.allow().isEmpty()) {
            out.add("Allow: ").add(page.allow()).add("\r\n");
        }
        if (page.retryAfterSeconds() > 0) {
            out.add("Retry-After: ").add(page.retryAfterSeconds()).add("\r\n");
        }
        connectionLine(keepAlive);
        if (!answersHead) {
            out.add(page.body());
        }
        logged(page.status(), answersHead ? 0 : page.body().length);
        begun = true;
        pending = loop.allocator().directBuffer(out.length()).writeBytes(out.array(), 0, out.length());
        flush();
    }

    private void connectionLine(boolean keepAlive) {
        var out = loop.out();
        switch (persistence(keepAlive)) {
            case SILENT -> {}
            case KEEP_ALIVE -> out.add("Connection: keep-alive\r\n");
            case CLOSE -> out.add("Connection: close\r\n");
        }
        out.add(CRLF);
    }

    /**
     * An answer made from a file, which is released here.
     *
     * @param sent called when an open file has been sent, at once or later; not if the connection breaks first
     * @return whether there was no open file to send: all is written
     */
    boolean file(FileAnswer file, boolean keepAlive, boolean old, Runnable sent) {
        oldVersion = old;
        long bodyBytes = answersHead ? 0 : file.length();
        if (!(file.content() instanceof OpenFile) || answersHead) {
            logged(file.status(), bodyBytes);
        }
        begun = true;
        var head = fileHead(file, keepAlive);
        if (answersHead) {
            write(head);
            file.release();
            return true;
        }
        switch (file.content()) {
            case null -> write(head);
            case Content.Small(var bytes) -> {
                for (var piece : file.pieces()) {
                    head.writeBytes(piece.lead()).writeBytes(bytes, (int) piece.from(), (int) piece.length());
                }
                write(head);
            }
            case Content.Buffered(var bytes) -> {
                write(head);
                for (var piece : file.pieces()) {
                    if (piece.lead().length > 0) {
                        write(Unpooled.wrappedBuffer(piece.lead()));
                    }
                    write(bytes.retainedSlice((int) piece.from(), (int) piece.length()));
                }
                file.release();
            }
            case OpenFile open -> {
                write(head);
                send(open, file, sent);
                return false;
            }
        }
        return true;
    }

    private ByteBuf fileHead(FileAnswer file, boolean keepAlive) {
        var head = file.head();
        int room = file.content() instanceof Content.Small && !answersHead ? (int) file.length() : 0;
        var buffer = loop.allocator()
                .directBuffer(head.length + ABOUT_CONNECTION + room)
                .writeBytes(head)
                .writeBytes(DATE)
                .writeBytes(loop.date());
        return buffer.writeBytes(
                switch (persistence(keepAlive)) {
                    case SILENT -> STAYS;
                    case KEEP_ALIVE -> STAYS_TOLD;
                    case CLOSE -> CLOSES;
                });
    }

    private void send(OpenFile file, FileAnswer answer, Runnable sent) {
        loop.counters().large();
        fileMoved = 0;
        // Told at once if the connection is broken already: then it is not on its way.
        sendsFile = true;
        var way = FileSending.begin(loop.transport(), channel, loop.disk(), file, answer.pieces(), whole -> {
            long moved = sending == null ? 0 : sending.transferred();
            sendsFile = false;
            sending = null;
            logged(answer.status(), whole ? answer.length() : moved);
            if (whole) {
                sent.run();
            }
        });
        sending = sendsFile ? way : null;
        flush();
    }

    /** Whether a file is on its way out. */
    boolean sendsFile() {
        return sendsFile;
    }

    /** Whether the client has taken some of the file since the last call. */
    boolean fileMoved() {
        long before = fileMoved;
        fileMoved = sending == null ? 0 : sending.transferred();
        return fileMoved > before;
    }

    /** Ends the connection so that the client cannot take what it has for the whole answer. */
    void cut() {
        flush();
        ended(AccessEntry.End.CUT);
        if (untilClose) {
            // The end of the stream would look like the end of the answer; a reset does not.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    void drop() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }
}
