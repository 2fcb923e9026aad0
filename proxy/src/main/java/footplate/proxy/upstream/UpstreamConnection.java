package footplate.proxy.upstream;

import footplate.core.http.ChunkedBody;
import footplate.core.http.ResponseHead;
import footplate.core.route.Target;
import footplate.proxy.transport.Received;
import footplate.proxy.upstream.UpstreamUser.Trouble;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a process, and the reader of the answers on it: one request at a time. While nobody uses it, any
 * byte or the end of the stream discards it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
public final class UpstreamConnection extends ChannelInboundHandlerAdapter implements ChannelFutureListener {
    /** A first write of at most this much is taken by the kernel in full, or fails without a byte delivered. */
    private static final int WHOLE_WRITE = 16_384;

    private static final WriteBufferWaterMark NARROW = new WriteBufferWaterMark(4 * 1024, 16 * 1024);

    private enum At {
        IDLE,
        HEAD,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE,
        UPGRADED
    }

    private final UpstreamPool pool;
    final TargetPool place;
    final Channel channel;
    private final byte @Nullable [] announcement;
    private final ChunkedBody chunks = new ChunkedBody();

    // The list of idle connections of one target, newest first.
    @Nullable
    UpstreamConnection newer;

    @Nullable
    UpstreamConnection older;

    long idleUntilNanos;

    private @Nullable UpstreamUser user;
    private @Nullable ByteBuf partial;
    private @Nullable ChannelFuture firstWrite;
    private At at = At.IDLE;
    private long left;
    private long written;
    private int uses;
    private int keepAliveSeconds = -1;
    private boolean answersHead;
    private boolean decode;
    private boolean keepAlive;
    private boolean anyByte;
    private boolean reset;
    private boolean narrow;

    /** {@code announcement} is what the connection begins with; null: nothing. */
    UpstreamConnection(UpstreamPool pool, TargetPool place, Channel channel, byte @Nullable [] announcement) {
        this.pool = pool;
        this.place = place;
        this.channel = channel;
        this.announcement = announcement;
    }

    /** Whether the process was told who the client is: the connection is of no use to another one. */
    boolean isAnnounced() {
        return announcement != null;
    }

    void usedBy(UpstreamUser newUser) {
        user = newUser;
    }

    /**
     * Sends a request's head, and as much of its body as is at hand.
     *
     * @param request released here
     * @param head whether the method is HEAD
     * @param decodeChunks a chunked answer is wanted without its framing
     * @param careful whether {@link #nothingDelivered} may be asked
     */
    public void send(UpstreamUser sender, ByteBuf request, boolean head, boolean decodeChunks, boolean careful) {
        user = sender;
        at = At.HEAD;
        answersHead = head;
        decode = decodeChunks;
        anyByte = false;
        uses++;
        written = request.readableBytes();
        firstWrite = null;
        if (careful && request.readableBytes() <= WHOLE_WRITE) {
            firstWrite = channel.writeAndFlush(request);
        } else {
            channel.writeAndFlush(request, channel.voidPromise());
        }
    }

    /** Sends a further part of the body, which is released here. */
    public void sendBody(ByteBuf part) {
        written += part.readableBytes();
        channel.write(part, channel.voidPromise());
    }

    public void flush() {
        channel.flush();
    }

    /** Whether it is certain that not a byte of the last request was delivered. */
    public boolean nothingDelivered() {
        var write = firstWrite;
        return write != null && write.isDone() && !write.isSuccess();
    }

    /** Whether it takes more of a body just now. */
    public boolean accepts() {
        return channel.isWritable();
    }

    /** Memory is scarce: from now on, and for the request under way, it takes no more than a little ahead. */
    public void narrow() {
        if (!narrow) {
            narrow = true;
            channel.config().setWriteBufferWaterMark(NARROW);
        }
    }

    /** The next request finds it as it was made. */
    void widen() {
        if (narrow) {
            narrow = false;
            channel.config().setWriteBufferWaterMark(UpstreamPool.WATER_MARK);
        }
    }

    /** Whether the answer is being read; what the process sends meanwhile waits in the kernel. */
    public void read(boolean wanted) {
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    public Target target() {
        return place.target();
    }

    public Channel channel() {
        return channel;
    }

    /** From now on somebody else takes what comes of the answer under way. */
    public void handOver(UpstreamUser other) {
        user = other;
    }

    /** Closes it without telling its user anything. */
    public void close() {
        user = null;
        at = At.IDLE;
        dropPartial();
        channel.close();
    }

    int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    /** Bytes that the process has not taken yet, about. */
    public long unsent() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }

    /**
     * Bytes of the request that the process has taken so far, about. What is {@link #unsent} may be the same again after some were
     * taken and as many came behind them; this is not.
     */
    public long bytesTaken() {
        return written - unsent();
    }

    boolean allSent() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer != null && buffer.size() == 0;
    }

    /**
     * Whether an answered request is with the kernel in full. Where the news of a write comes later than the answer may,
     * a request of one small write is, heard of or not: the kernel had room for it.
     */
    boolean taken() {
        return written <= WHOLE_WRITE || allSent();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var buffer = (ByteBuf) message;
        if (user == null) {
            // A byte that nobody asked for: whatever it is, it must not become the answer to the next request.
            buffer.release();
            close();
            return;
        }
        anyByte = true;
        if (partial != null) {
            buffer = Received.join(partial, buffer, channel.alloc());
            partial = null;
        }
        take(buffer);
    }

    /** Reads what came; the buffer is released, passed on, or kept as {@link #partial}. */
    private void take(ByteBuf buffer) {
        boolean mine = true;
        try {
            while (user != null && buffer.isReadable()) {
                if (at == At.HEAD) {
                    int length = head(buffer);
                    if (length < 0) {
                        mine = length != KEPT;
                        return;
                    }
                    if (at == At.UPGRADED) {
                        mine = false;
                        upgraded(buffer);
                        return;
                    }
                } else {
                    int part = bodyPart(buffer);
                    if (part < 0) {
                        malformed();
                        return;
                    }
                    boolean ends = at == At.LENGTH ? left == 0 : at == At.CHUNKED && chunks.ended();
                    if (!decode || at != At.CHUNKED) {
                        mine = part < buffer.readableBytes();
                        user.answerBody(mine ? buffer.readRetainedSlice(part) : buffer);
                    }
                    if (ends) {
                        finish(mine && buffer.isReadable());
                    }
                    if (!mine) {
                        return;
                    }
                }
            }
        } finally {
            if (mine) {
                buffer.release();
            }
        }
    }

    private void upgraded(ByteBuf first) {
        var reader = user;
        user = null;
        if (reader == null) {
            first.release();
        } else {
            reader.answerUpgraded(first);
        }
    }

    private static final int KEPT = -1;
    private static final int ENDED = -2;

    private int head(ByteBuf buffer) {
        var head = pool.head;
        int length = Math.min(buffer.readableBytes(), pool.scratch.length);
        buffer.getBytes(buffer.readerIndex(), pool.scratch, 0, length);
        int end = head.read(pool.scratch, 0, length);
        if (end == ResponseHead.INCOMPLETE && length < pool.scratch.length) {
            partial = buffer;
            return KEPT;
        }
        if (end < 0) {
            malformed();
            return ENDED;
        }
        buffer.skipBytes(end);
        if (head.status() == 101) {
            at = At.UPGRADED;
        } else if (!head.interim()) {
            // One that names the length of a body that must not follow (HEAD, 304) may send it all the same, and late:
            // the next
            // request's answer would begin with it.
            boolean mayFollow =
                    head.body(answersHead) == ResponseHead.Body.NONE && (head.chunked() || head.contentLength() > 0);
            keepAlive = head.keepAlive() && !mayFollow;
            keepAliveSeconds = head.keepAliveSeconds();
            at = switch (head.body(answersHead)) {
                case NONE -> At.IDLE;
                case LENGTH -> At.LENGTH;
                case CHUNKED -> At.CHUNKED;
                case UNTIL_CLOSE -> At.UNTIL_CLOSE;
            };
            left = head.contentLength();
            chunks.reset();
        }
        var reader = user;
        if (reader != null) {
            reader.answerHead(head);
        }
        if (user == null) {
            return ENDED;
        }
        if (at == At.IDLE) {
            finish(buffer.isReadable());
            return ENDED;
        }
        return end;
    }

    /** How many of the bytes at hand belong to the body; -1 if its framing is broken. Decoded parts are passed on here. */
    private int bodyPart(ByteBuf buffer) {
        int readable = buffer.readableBytes();
        if (at == At.UNTIL_CLOSE) {
            return readable;
        }
        if (at == At.LENGTH) {
            int part = (int) Math.min(left, readable);
            left -= part;
            return part;
        }
        return decode ? decodeChunks(buffer) : Chunks.follow(chunks, buffer);
    }

    private int decodeChunks(ByteBuf buffer) {
        while (buffer.isReadable() && !chunks.ended()) {
            long data = chunks.dataLeft();
            if (data > 0) {
                int part = (int) Math.min(data, buffer.readableBytes());
                chunks.skip(part);
                var reader = user;
                if (reader == null) {
                    return -1;
                }
                reader.answerBody(buffer.readRetainedSlice(part));
            } else {
                chunks.next(buffer.readByte());
                if (chunks.bad()) {
                    return -1;
                }
            }
        }
        return 0;
    }

    /** The answer is complete. */
    private void finish(boolean moreFollows) {
        boolean reusable = keepAlive
                && !moreFollows
                && at != At.UNTIL_CLOSE
                && !reset
                && (allSent() || pool.writesCompleteLater());
        var reader = user;
        user = null;
        at = At.IDLE;
        read(true);
        if (reader != null) {
            try {
                reader.answerEnd(this, reusable);
            } catch (RuntimeException | Error mistake) {
                // This connection no longer knows whose it was when the exception comes back to it.
                reader.crashed(mistake);
            }
        }
    }

    private void malformed() {
        fail(Trouble.MALFORMED);
    }

    private void fail(Trouble trouble) {
        var reader = user;
        close();
        if (reader != null) {
            try {
                reader.failed(trouble);
            } catch (RuntimeException | Error mistake) {
                // This connection no longer knows whose it was when the exception comes back to it.
                reader.crashed(mistake);
            }
        }
    }

    private void dropPartial() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (user != null) {
            user.answerPause();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pool.gone(this);
        if (user == null) {
            return;
        }
        if (at == At.UNTIL_CLOSE && !reset) {
            keepAlive = false;
            finish(false);
        } else if (anyByte) {
            fail(Trouble.CUT);
        } else {
            fail(uses > 1 ? Trouble.REUSED_CLOSED : Trouble.NEW_CLOSED);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (user != null && channel.isWritable()) {
            user.upstreamWritable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            // The end of the stream follows; an answer that ends with the connection was not ended but cut.
            reset = true;
            return;
        }
        var reader = user;
        close();
        if (reader != null) {
            reader.crashed(cause);
        } else {
            pool.bug(cause);
        }
    }

    /** The connection came about, or did not. */
    @Override
    public void operationComplete(ChannelFuture done) {
        var cause = done.cause();
        var asked = user;
        if (asked == null) {
            // Whoever asked went away meanwhile.
            channel.close();
            return;
        }
        try {
            if (cause == null && !pool.knows(this)) {
                close();
                asked.notConnected(new IOException("somebody else listens at " + target().address()));
            } else if (cause == null) {
                if (announcement != null) {
                    // It goes out with the request.
                    channel.write(Unpooled.wrappedBuffer(announcement), channel.voidPromise());
                }
                asked.connected(this);
            } else {
                close();
                asked.notConnected(cause);
            }
        } catch (RuntimeException | Error mistake) {
            close();
            asked.crashed(mistake);
        }
    }
}
