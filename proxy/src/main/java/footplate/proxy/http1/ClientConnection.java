package footplate.proxy.http1;

import footplate.core.config.Entry.Binding;
import footplate.core.config.Setting;
import footplate.core.http.RequestHead;
import footplate.core.http.ResponseHead;
import footplate.proxy.files.FileAnswer;
import footplate.proxy.flow.Client;
import footplate.proxy.flow.Exchange;
import footplate.proxy.flow.Loop;
import footplate.proxy.flow.RequestUnderWay;
import footplate.proxy.page.Page;
import footplate.proxy.page.Pages;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/1.x connection: reads its requests, one at a time and in order, and writes their answers. What cannot
 * be understood in one way only is refused, and the connection closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
public final class ClientConnection extends ChannelInboundHandlerAdapter implements Client {
    /** Most bytes that are read ahead while an answer is awaited. */
    private static final int READ_AHEAD = 64 * 1024;

    private final Loop loop;
    private final Binding binding;
    private final byte[] forwardedLines;
    private final Channel channel;
    private final Exchange exchange;
    private final ClientOutput output;
    private final HeadSearch search;
    private final IncomingBody incoming = new IncomingBody();
    private final Patience patience;

    private At at = At.HEAD;
    private @Nullable ByteBuf in;
    private boolean processing;
    private boolean keepAlive = true;
    private boolean oldVersion;
    private boolean html;
    private boolean retired;
    private boolean inputEnded;
    private boolean doubted;
    private boolean watched;
    private int served;

    /** @param forwardedLines what {@code RequestEdit.forwardedLines} made for this client */
    public ClientConnection(Loop loop, Binding binding, byte[] forwardedLines, Channel channel) {
        this.loop = loop;
        this.patience = new Patience(loop, channel);
        this.search = new HeadSearch(loop);
        this.binding = binding;
        this.forwardedLines = forwardedLines;
        this.channel = channel;
        this.exchange = new Exchange(loop, this);
        this.output = new ClientOutput(loop, channel);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        loop.opened(this);
        patience.within(Setting.CLIENT_HEADER_TIMEOUT);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var buffer = (ByteBuf) message;
        if (at == At.LAST || at == At.LINGERING || at == At.CLOSED) {
            buffer.release();
            return;
        }
        in = in == null ? buffer : Unread.join(in, buffer, loop.allocator());
        process();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (at == At.BODY || at == At.ANSWER) {
            exchange.flushBody();
        }
    }

    /** Reads as far as it goes now. An answer that is complete at once does not come in here a second time. */
    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            boolean more = true;
            while (more) {
                more = switch (at) {
                    case HEAD -> readHead();
                    case BODY -> readBody();
                    case ANSWER -> readAhead();
                    case LAST, LINGERING, TUNNEL, CLOSED -> false;
                };
            }
            if (inputEnded && at != At.ANSWER) {
                inputHasEnded();
            }
        } finally {
            processing = false;
            dropEmptyInput();
        }
    }

    /** While it is being read from it stays: process() lets it go at its end. */
    private void dropEmptyInput() {
        if (!processing && in != null && !in.isReadable()) {
            in.release();
            in = null;
        }
    }

    private boolean readAhead() {
        if (in != null && in.readableBytes() >= READ_AHEAD) {
            read(false);
        }
        return false;
    }

    private void read(boolean wanted) {
        // After the end of the input there is nothing to be read, and epoll may no longer be asked for it.
        if (!inputEnded && channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    private boolean readHead() {
        var buffer = in;
        if (buffer == null) {
            return false;
        }
        if (!search.begun() && search.begins(buffer)) {
            if (!channel.isWritable()) {
                // Answers wait for this client already: it gets no further ones until it has taken some of them.
                read(false);
                patience.stalled();
                return false;
            }
            patience.within(Setting.CLIENT_HEADER_TIMEOUT);
        }
        return switch (search.look(buffer)) {
            case NOTHING, PART -> false;
            case HEAD -> {
                begin(loop.head());
                yield true;
            }
            case REFUSED -> {
                html = false;
                refuse(search.refusal().status(), search.refusal().why());
                yield false;
            }
        };
    }

    private void begin(RequestHead head) {
        patience.moves();
        oldVersion = head.oldVersion();
        html = head.acceptsHtml();
        doubted = false;
        int most = loop.settings().count(Setting.MAX_REQUESTS_PER_CONNECTION);
        boolean last = ++served == most;
        keepAlive = head.keepAlive() && !last && !retired && !(inputEnded && !unread());
        incoming.begin(head);
        output.begin(head);
        at = incoming.complete() ? At.ANSWER : At.BODY;
        exchange.begin(head, binding, forwardedLines, in == null ? 0 : in.readableBytes());
        if (incoming.complete()) {
            awaitMore();
            exchange.dispatch();
        } else {
            beginBody();
        }
    }

    private void beginBody() {
        if (!incoming.allow(exchange.mostBody())) {
            tooLong();
            return;
        }
        awaitMore();
        boolean asksFirst = incoming.awaitsContinue();
        if (!feed() || !exchange.readsFirst()) {
            dispatch();
        } else if (asksFirst && incoming.awaitsContinue()) {
            // The app is not there yet to say it (RFC 9110 §10.1.1), and will not be asked to: it would come twice.
            output.goOn();
            incoming.continued();
        }
    }

    private void dispatch() {
        if (exchange.begun()) {
            exchange.dispatch();
        }
    }

    /** Sets how long to wait for what has to come next. */
    private void awaitMore() {
        if (output.sendsFile()) {
            patience.within(Setting.SEND_TIMEOUT);
        } else if (inDoubt()) {
            patience.within(Setting.HALF_CLOSED_TIME);
        } else if (incoming.complete() || inputEnded || incoming.awaitsContinue()) {
            patience.within(exchange.readTimeoutMillis());
        } else {
            patience.within(Setting.CLIENT_BODY_TIMEOUT);
        }
    }

    /** Whether its client may be gone: it has ended its side, and nothing has been sent to it that would tell. */
    private boolean inDoubt() {
        return inputEnded && !doubted && !output.begun();
    }

    /** An interim answer, where the client understands one, or the kernel asks whether it is still there. */
    private void ask() {
        doubted = true;
        if (oldVersion || !output.goOn()) {
            HalfClosed.probe(loop, channel);
        }
        awaitMore();
    }

    private boolean unread() {
        return in != null && in.isReadable();
    }

    private boolean readBody() {
        if (!unread()) {
            return false;
        }
        if (!exchange.active()) {
            linger();
            return false;
        }
        if (!exchange.takesBody()) {
            read(false);
            patience.within(
                    inDoubt() ? loop.settings().millis(Setting.HALF_CLOSED_TIME) : exchange.readTimeoutMillis());
            return false;
        }
        awaitMore();
        return feed();
    }

    /** Hands on what of the body is at hand; false if the request is over by that. */
    private boolean feed() {
        var buffer = in;
        if (buffer == null || !buffer.isReadable()) {
            return true;
        }
        int part = incoming.follow(buffer);
        if (part == IncomingBody.MALFORMED) {
            failBody(400, "the chunked body is malformed");
            return false;
        }
        if (part == IncomingBody.TOO_LONG) {
            tooLong();
            return false;
        }
        exchange.body(buffer, part);
        if (incoming.complete() && at == At.BODY) {
            at = At.ANSWER;
            awaitMore();
            if (exchange.readsFirst()) {
                dispatch();
            }
        }
        return true;
    }

    private void tooLong() {
        failBody(413, "the request's body is too large");
    }

    /** The rest of the body cannot be had: there is no telling where the next request would begin. */
    private void failBody(int status, String why) {
        loop.counters().malformed();
        keepAlive = false;
        exchange.refuse(status, why);
    }

    /** No head that is understood: there is no telling where the next one would begin. */
    private void refuse(int status, String why) {
        loop.counters().malformed();
        keepAlive = false;
        output.page(loop.dressed(Pages.error(status, why, html), loop.settings()), false, false);
        linger();
    }

    @Override
    public void interim(ResponseHead head) {
        if (!oldVersion) {
            if (output.interim(head)) {
                incoming.continued();
            }
            noticeStall();
        }
    }

    @Override
    public void head(ResponseHead head) {
        // A client that is answered before it has sent everything is not asked for the rest: it may never come.
        keepAlive = output.head(head, keepAlive && incoming.complete());
        awaitMore();
    }

    @Override
    public void body(ByteBuf part) {
        output.body(part);
    }

    @Override
    public void flush() {
        output.flush();
        if (at == At.ANSWER) {
            awaitMore();
        }
        noticeStall();
    }

    private void noticeStall() {
        if (!channel.isWritable()) {
            patience.stalled();
        }
    }

    @Override
    public void answer(Page page) {
        keepAlive &= incoming.complete();
        output.page(page, keepAlive, oldVersion);
        end();
    }

    @Override
    public void answer(FileAnswer file) {
        keepAlive &= incoming.complete();
        if (output.file(file, keepAlive, oldVersion, this::end)) {
            end();
        } else if (at == At.BODY || at == At.ANSWER) {
            // The kernel sends it, at the client's speed: the request is not over before that.
            at = At.ANSWER;
            awaitMore();
        }
    }

    @Override
    public void end() {
        output.end();
        if (at == At.CLOSED) {
            return;
        }
        if (!keepAlive || retired || (inputEnded && !unread())) {
            linger();
            return;
        }
        at = At.HEAD;
        patience.within(Setting.KEEPALIVE_TIMEOUT);
        read(true);
        process();
    }

    /** Nothing is read any more, but to let the client see the last answer. */
    private void linger() {
        boolean nothingFollows = inputEnded || (output.clientCloses() && incoming.complete() && !unread());
        dropInput();
        at = At.LAST;
        patience.forSendingOnly();
        if (nothingFollows) {
            Parting.closeAfterSending(channel);
        } else {
            Parting.endOutput(channel, this::outputEnded);
            read(true);
        }
    }

    private void outputEnded() {
        if (inputEnded) {
            channel.close();
        } else if (at == At.LAST) {
            at = At.LINGERING;
            patience.moves();
            patience.within(Setting.LINGERING_TIME);
        }
    }

    private void dropInput() {
        if (in != null) {
            in.skipBytes(in.readableBytes());
            dropEmptyInput();
        }
    }

    @Override
    public void broken() {
        output.cut();
        if (at != At.CLOSED) {
            at = At.LAST;
            dropInput();
            patience.forSendingOnly();
        }
    }

    @Override
    public boolean accepts() {
        return channel.isWritable();
    }

    @Override
    public void sent() {
        awaitMore();
        resumeBody();
    }

    @Override
    public void resumeBody() {
        if (at == At.BODY) {
            awaitMore();
            read(true);
            process();
            exchange.flushBody();
        }
    }

    @Override
    public boolean bodyComplete() {
        return incoming.complete();
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public @Nullable ByteBuf early() {
        at = At.TUNNEL;
        patience.moves();
        var early = in;
        in = null;
        return early;
    }

    @Override
    public void tunnelEnded() {
        at = At.CLOSED;
        loop.closed(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            patience.moves();
            exchange.clientWritable();
            if (at == At.HEAD) {
                read(true);
                process();
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            inputHasEnded();
        }
    }

    /** What the client has sent in full is answered; what it has not can never be. */
    private void inputHasEnded() {
        switch (at) {
            case HEAD -> {
                if (!unread() || search.begun() || channel.isWritable()) {
                    // The last answer may still be on its way out.
                    linger();
                } else {
                    watch();
                }
            }
            case BODY -> {
                if (unread()) {
                    watch();
                } else {
                    cut();
                }
            }
            case ANSWER -> {
                watch();
                awaitMore();
            }
            case LINGERING -> channel.close();
            case LAST, TUNNEL, CLOSED -> {}
        }
    }

    private void watch() {
        if (!watched) {
            watched = true;
            HalfClosed.watch(loop, channel);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        var before = at;
        at = At.CLOSED;
        dropInput();
        output.drop();
        loop.closed(this);
        if (before != At.TUNNEL) {
            exchange.abort();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            loop.bug(cause);
            exchange.abort();
        }
        channel.close();
    }

    @Override
    public void tick(long nowMillis) {
        if (patience.stalledTooLong(nowMillis)) {
            cut();
        } else if (patience.isOver(nowMillis)) {
            tooLate();
        } else if (at == At.BODY && channel.config().isAutoRead() && exchange.takesBody()) {
            // While it is we who do not read, the client cannot be too slow.
            if (incoming.tooSlow(Loop.TICK_MILLIS, loop.settings().bytes(Setting.CLIENT_BODY_MIN_RATE))) {
                failBody(408, "the request's body comes too slowly");
            }
        }
    }

    private void tooLate() {
        switch (at) {
            case HEAD -> {
                if (search.begun()) {
                    refuse(408, "the request's head took too long");
                } else {
                    channel.close();
                }
            }
            case BODY -> {
                if (incoming.awaitsContinue() || !exchange.takesBody()) {
                    answerTooLate();
                } else {
                    failBody(408, "the request's body took too long");
                }
            }
            case ANSWER -> {
                if (!output.sendsFile()) {
                    answerTooLate();
                } else if (output.fileMoved()) {
                    awaitMore();
                } else {
                    cut();
                }
            }
            case LAST, LINGERING -> channel.close();
            case TUNNEL, CLOSED -> {}
        }
    }

    private void answerTooLate() {
        if (inDoubt()) {
            ask();
        } else if (exchange.waitsForAnswer() && channel.isWritable()) {
            exchange.answerTooSlow();
        } else {
            // What it waits for has a limit of its own: its turn, or the client.
            awaitMore();
        }
    }

    @Override
    public void retire() {
        retired = true;
        if (at == At.HEAD && !search.begun()) {
            linger();
        }
    }

    @Override
    public void cut() {
        channel.close();
    }

    @Override
    public @Nullable RequestUnderWay underWay(long nowNanos) {
        return exchange.underWay(nowNanos);
    }
}
