package footplate.proxy.http1;

import footplate.core.config.Entry.Binding;
import footplate.core.config.Setting;
import footplate.core.http.Refusal;
import footplate.core.http.RequestHead;
import footplate.core.http.ResponseHead;
import footplate.core.name.RunId;
import footplate.core.proxyprotocol.ProxyHeader;
import footplate.proxy.access.AccessEntry;
import footplate.proxy.files.FileAnswer;
import footplate.proxy.flow.Client;
import footplate.proxy.flow.Exchange;
import footplate.proxy.flow.Loop;
import footplate.proxy.flow.RequestUnderWay;
import footplate.proxy.page.Page;
import footplate.proxy.page.Pages;
import footplate.proxy.transport.SocketEnds;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/1.x connection: reads its requests, one at a time and in order, and writes their answers. What cannot
 * be understood in one way only is refused, and the connection closed. Longer than 500 lines, as is {@link
 * footplate.proxy.flow.Exchange} and for the same reason.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its connection, and that is heard of
public final class ClientConnection extends ChannelInboundHandlerAdapter implements Client, AnswerBuffer.Owner {
    /** Where memory is scarce, a client that takes nothing gets no more than this kept for it. */
    private static final WriteBufferWaterMark NARROW = new WriteBufferWaterMark(4 * 1024, 16 * 1024);

    /** Where memory is scarce, no head may be longer than this and not yet complete. */
    private static final int MOST_OF_A_HEAD = 8 * 1024;

    /** Longest that a client has to ask nothing before it is parked, in sweeps of its loop: five seconds, where they are not many. */
    private static final int MOST_SWEEPS = 512;

    private final Loop loop;
    private final Binding binding;
    private final byte[] forwardedLines;
    private final Channel channel;
    private final Parked before;
    private final Parked.@Nullable Lot lot;
    private byte @Nullable [] address;
    private final Exchange exchange;
    private final ClientOutput output;
    private final ClientInput input;
    private final HeadSearch search;
    private final IncomingBody incoming = new IncomingBody();
    private final Patience patience;
    private final HalfClosed halfClosed;
    private final Parting parting;

    private At at = At.HEAD;
    private @Nullable AnswerBuffer waiting;
    private long buffer = -1;
    private boolean keepAlive = true;
    private boolean oldVersion;
    private boolean html;
    private boolean retired;
    private boolean parts;
    private boolean narrow;
    private int served;
    private int servedThen = -1;
    private int idleSweeps;

    /** One whose ends are the client's and ours, and that is never parked. */
    public ClientConnection(Loop loop, Binding binding, byte[] forwardedLines, Channel channel) {
        this(loop, binding, forwardedLines, channel, Parked.never(null), null);
    }

    /**
     * A client's connection.
     *
     * @param forwardedLines what {@code RequestEdit.forwardedLines} made for this client
     * @param before what is known of it already
     * @param lot where it is parked while nothing comes; null: nowhere
     */
    public ClientConnection(
            Loop loop,
            Binding binding,
            byte[] forwardedLines,
            Channel channel,
            Parked before,
            Parked.@Nullable Lot lot) {
        this.before = before;
        this.lot = lot;
        this.served = before.served();
        this.loop = loop;
        this.patience = new Patience(loop, channel);
        this.input = new ClientInput(loop.allocator(), loop::memoryTight, channel);
        this.parting = new Parting(channel, input, patience);
        this.search = new HeadSearch(loop);
        this.binding = binding;
        this.forwardedLines = forwardedLines;
        this.channel = channel;
        this.exchange = new Exchange(loop, this);
        this.output = new ClientOutput(loop, channel);
        this.halfClosed = new HalfClosed(loop, channel, input, output);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (before.never()) {
            loop.crowd().opened(this);
            patience.within(Setting.CLIENT_HEADER_TIMEOUT);
        } else {
            loop.crowd().present(this);
            patience.until(before.deadlineMillis());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var buffer = (ByteBuf) message;
        if (at == At.PARTING || at == At.CLOSED) {
            buffer.release();
            return;
        }
        int come = buffer.readableBytes();
        if (!input.add(buffer) && at == At.BODY) {
            // What was dropped was of this body.
            cut();
            return;
        }
        process();
        if ((at == At.BODY || !input.isEmpty()) && loop.memoryTight(come)) {
            spare();
        }
    }

    /** Memory is scarce: little of what this client sends is kept, and where there is hardly any left, nothing. */
    private void spare() {
        boolean full = loop.memoryFull();
        switch (at) {
            case HEAD -> spareHead(full);
            case BODY -> spareBody(full);
            case ANSWER, DRAINING -> spareAhead(full);
            case PARKING, PARTING, TUNNEL, CLOSED -> {}
        }
    }

    private void spareHead(boolean full) {
        if (input.length() > (full ? 0 : MOST_OF_A_HEAD)) {
            if (channel.isWritable()) {
                refuse(Pages.error(503, "There is no memory for the rest of this request.", false, 1));
            } else {
                // Answers wait for it: they are the last ones.
                linger();
            }
        } else {
            input.shrink();
        }
    }

    private void spareBody(boolean full) {
        exchange.flushBody();
        if (at != At.BODY) {
            return;
        }
        if (full && exchange.active() && (!input.isEmpty() || exchange.holdsBody())) {
            keepAlive = false;
            exchange.noMemory();
            return;
        }
        exchange.narrow();
        if (exchange.stopsBody() && input.isRead()) {
            input.read(false);
            input.shrink();
            patience.forApp(exchange, halfClosed.inDoubt());
        }
    }

    /** What it asks next has to wait, or to be asked again. */
    private void spareAhead(boolean full) {
        if (input.isEmpty()) {
            return;
        }
        input.read(false);
        if (full) {
            input.giveUp();
            retired = true;
            keepAlive &= output.begun();
        } else {
            input.shrink();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (at == At.BODY || at == At.ANSWER) {
            exchange.flushBody();
        }
    }

    /** Reads as far as it goes now. An answer that is complete at once does not come in here a second time. */
    private void process() {
        if (!input.use()) {
            return;
        }
        try {
            boolean more = true;
            while (more) {
                more = switch (at) {
                    case HEAD -> readHead();
                    case BODY -> readBody();
                    case ANSWER, DRAINING -> {
                        input.stopAhead();
                        yield false;
                    }
                    case PARKING, PARTING, TUNNEL, CLOSED -> false;
                };
            }
            if (input.ended() && at != At.ANSWER && at != At.DRAINING) {
                inputHasEnded();
            }
        } finally {
            input.used();
        }
    }

    private boolean readHead() {
        var buffer = input.bytes();
        if (buffer == null) {
            return false;
        }
        if (!search.begun() && search.begins(buffer)) {
            if (!channel.isWritable()) {
                // Answers wait for this client already: it gets no further ones until it has taken some of them.
                input.read(false);
                patience.watchSending();
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
                refuse(search.refusal());
                yield false;
            }
        };
    }

    private void begin(RequestHead head) {
        patience.moves();
        buffer = -1;
        oldVersion = head.oldVersion();
        html = head.acceptsHtml();
        halfClosed.begin();
        var settings = loop.settings();
        boolean last = ++served == settings.count(Setting.MAX_REQUESTS_PER_CONNECTION)
                || settings.millis(Setting.KEEPALIVE_TIMEOUT) == 0;
        keepAlive = head.keepAlive() && !last && !retired && !parts && !input.isOver();
        incoming.begin(head);
        output.begin(head);
        at = incoming.complete() ? At.ANSWER : At.BODY;
        exchange.begin(head, binding, forwardedLines, input.length());
        patience.whole(exchange.requestTimeoutMillis());
        if (incoming.complete()) {
            awaitMore();
            exchange.dispatch();
        } else {
            beginBody();
        }
    }

    private void beginBody() {
        if (!incoming.allow(exchange.mostBody())) {
            failBody(Refusal.BODY_TOO_LARGE);
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

    private void awaitMore() {
        patience.forNext(incoming, exchange, halfClosed.inDoubt(), output.sendsFile());
    }

    private boolean readBody() {
        if (input.isEmpty()) {
            return false;
        }
        if (!exchange.active()) {
            linger();
            return false;
        }
        if (!exchange.takesBody()) {
            input.read(false);
            patience.forApp(exchange, halfClosed.inDoubt());
            return false;
        }
        awaitMore();
        return feed();
    }

    /** Hands on what of the body is at hand; false if the request is over by that. */
    private boolean feed() {
        var buffer = input.bytes();
        if (buffer == null || !buffer.isReadable()) {
            return true;
        }
        int part = incoming.follow(buffer);
        if (part < 0) {
            failBody(part == IncomingBody.TOO_LONG ? Refusal.BODY_TOO_LARGE : Refusal.BAD_CHUNK);
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

    /** The rest of the body cannot be had: there is no telling where the next request would begin. */
    private void failBody(Refusal why) {
        loop.counters().malformed();
        keepAlive = false;
        exchange.refuse(why.status(), why.why());
    }

    /** No head that is understood: there is no telling where the next one would begin. */
    private void refuse(Refusal why) {
        loop.counters().malformed();
        refuse(Pages.error(why.status(), why.why(), html));
    }

    private void refuse(Page why) {
        keepAlive = false;
        var page = loop.dressed(why, loop.settings());
        var bytes = input.bytes();
        boolean answersHead = bytes != null && Unread.isHead(bytes);
        output.refusesHead(answersHead);
        output.page(page, false, false);
        if (!output.ended(AccessEntry.End.DONE)) {
            exchange.headRefused(binding, forwardedLines, why.status(), answersHead ? 0 : page.body().length);
        }
        linger();
    }

    @Override
    public void logs(AccessEntry entry) {
        output.logs(entry);
    }

    @Override
    public void interim(ResponseHead head) {
        if (!oldVersion) {
            if (output.interim(head)) {
                incoming.continued();
            }
            patience.watchSending();
        }
    }

    @Override
    public void head(ResponseHead head, long bufferMemory) {
        buffer = bufferMemory;
        // A client that is answered before it has sent everything is not asked for the rest: it may never come.
        keepAlive = output.head(head, keepAlive && incoming.complete());
        awaitMore();
    }

    @Override
    public void body(ByteBuf part) {
        if (waiting == null && buffer >= 0 && !channel.isWritable()) {
            output.flush();
            if (!channel.isWritable()) {
                waiting = new AnswerBuffer(loop, channel, output, buffer, this);
            }
        }
        if (waiting == null) {
            output.body(part);
        } else {
            waiting.add(part);
        }
    }

    @Override
    public void bufferMoved() {
        var buffered = waiting;
        if (buffered == null) {
            return;
        }
        buffered.drain();
        if (waiting != buffered) {
            // A write has found the connection closed.
            return;
        }
        if (buffered.lost()) {
            exchange.abort();
            dropWaiting();
            brokenOff();
        } else if (buffered.isEmpty()) {
            dropWaiting();
            switch (buffered.end()) {
                case OPEN -> exchange.clientWritable();
                case WHOLE -> ended();
                case BROKEN -> brokenOff();
            }
        } else {
            if (buffered.accepts()) {
                exchange.clientWritable();
            }
            patience.watchSending();
        }
    }

    @Override
    public void bufferCrashed(Throwable bug) {
        loop.bug(bug);
        exchange.abort();
        channel.close();
    }

    private void dropWaiting() {
        if (waiting != null) {
            waiting.close();
            waiting = null;
        }
    }

    /** What the client has not taken goes out at its speed; the process has nothing more to do with it. */
    private boolean waits(AnswerBuffer.End how) {
        var buffered = waiting;
        if (buffered == null || at == At.CLOSED) {
            return false;
        }
        buffered.end(how);
        at = At.DRAINING;
        patience.within(Setting.SEND_TIMEOUT);
        patience.watchSending();
        return true;
    }

    @Override
    public void flush() {
        output.flush();
        if (!narrow && !output.allSent() && loop.memoryTight()) {
            narrow = true;
            channel.config().setWriteBufferWaterMark(NARROW);
        }
        if (at == At.ANSWER) {
            awaitMore();
        }
        patience.watchSending();
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
        if (!waits(AnswerBuffer.End.WHOLE)) {
            ended();
        }
    }

    private void ended() {
        output.end();
        if (at == At.CLOSED) {
            return;
        }
        if (!keepAlive || retired || input.isOver()) {
            linger();
            return;
        }
        at = At.HEAD;
        patience.whole(0);
        patience.within(Setting.KEEPALIVE_TIMEOUT);
        input.read(true);
        process();
    }

    /** Nothing is read any more, but to let the client see the last answer. */
    private void linger() {
        at = At.PARTING;
        parting.begin(output.clientCloses() && incoming.complete() && input.isEmpty());
    }

    @Override
    public void broken() {
        if (!waits(AnswerBuffer.End.BROKEN)) {
            brokenOff();
        }
    }

    private void brokenOff() {
        output.cut();
        if (at != At.CLOSED) {
            at = At.PARTING;
            input.drop();
            patience.forSendingOnly();
        }
    }

    @Override
    public boolean accepts() {
        return waiting == null ? buffer >= 0 || channel.isWritable() : waiting.accepts();
    }

    @Override
    public byte[] address() {
        var known = address;
        if (known == null) {
            var ends = before.ends();
            known = ends != null
                    ? SocketEnds.bytes(ends.client())
                    : channel.remoteAddress() instanceof InetSocketAddress client
                            ? SocketEnds.bytes(client.getAddress())
                            : new byte[0];
            address = known;
        }
        return known;
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
            input.read(true);
            process();
            exchange.flushBody();
        }
    }

    @Override
    public void awaitBody() {
        if (incoming.awaitsContinue()) {
            output.goOn();
            incoming.continued();
        }
        resumeBody();
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
    public byte[] announcement(int version) {
        return ProxyHeader.write(version, before.ends() == null ? SocketEnds.of(channel) : before.ends());
    }

    @Override
    public @Nullable ByteBuf early() {
        at = At.TUNNEL;
        patience.moves();
        patience.whole(0);
        if (input.hasGap()) {
            // What it sent early was dropped in part: what comes next would be read as something else.
            channel.close();
        }
        return input.takeAll();
    }

    @Override
    public @Nullable CompletableFuture<Void> closeWebSocket(RunId run) {
        return exchange.closeWebSocket(run);
    }

    @Override
    public void tunnelEnded() {
        output.ended(AccessEntry.End.DONE);
        at = At.CLOSED;
        loop.crowd().closed(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            patience.moves();
            if (waiting == null) {
                exchange.clientWritable();
            } else {
                bufferMoved();
            }
            if (at == At.ANSWER) {
                awaitMore();
            }
            if (at == At.HEAD) {
                input.read(true);
                process();
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            input.end();
            inputHasEnded();
        }
    }

    /** What the client has sent in full is answered; what it has not can never be. */
    private void inputHasEnded() {
        switch (at) {
            case HEAD -> {
                var bytes = input.bytes();
                if (bytes != null && search.begun() && search.lastLook(bytes) == HeadSearch.Found.REFUSED) {
                    refuse(search.refusal());
                } else if (input.isEmpty() || search.begun() || channel.isWritable()) {
                    // The last answer may still be on its way out.
                    linger();
                } else {
                    halfClosed.watch();
                }
            }
            case BODY -> {
                if (!input.isEmpty()) {
                    halfClosed.watch();
                } else {
                    cut();
                }
            }
            case ANSWER -> {
                halfClosed.watch();
                awaitMore();
            }
            case PARTING -> parting.inputEnded();
            case PARKING, DRAINING, TUNNEL, CLOSED -> {}
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        channelGone();
    }

    private void channelGone() {
        var wasAt = at;
        at = At.CLOSED;
        input.drop();
        output.drop();
        dropWaiting();
        loop.crowd().closed(this);
        if (wasAt != At.TUNNEL) {
            exchange.abort();
            output.ended(AccessEntry.End.GONE);
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
        exchange.tick(nowMillis);
        if (loop.memoryWasTight()) {
            spare();
        }
        if (patience.wholeIsOver(nowMillis)) {
            wholeTooLong();
        } else if (patience.stalledTooLong(nowMillis)) {
            cut();
        } else if (patience.isOver(nowMillis)) {
            tooLate();
        } else if (at == At.BODY && input.isRead() && exchange.takesBody() && incoming.tooSlow(loop.settings())) {
            // While it is we who do not read, the client cannot be too slow.
            failBody(Refusal.BODY_TOO_SLOW);
        }
    }

    private void wholeTooLong() {
        if (exchange.active()) {
            exchange.answerTooSlow();
        }
        if (at == At.DRAINING || output.sendsFile()) {
            cut();
        }
    }

    private void tooLate() {
        switch (at) {
            case HEAD -> {
                if (search.begun()) {
                    refuse(Refusal.HEAD_TOO_SLOW);
                } else {
                    channel.close();
                }
            }
            case BODY -> {
                if (incoming.awaitsContinue() || !input.isRead() || !exchange.takesBody()) {
                    answerTooLate();
                } else {
                    failBody(Refusal.BODY_TOO_SLOW);
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
            case DRAINING -> {
                if (channel.isWritable()) {
                    // It is the disk that does not move.
                    cut();
                } else {
                    patience.within(Setting.SEND_TIMEOUT);
                }
            }
            case PARKING, PARTING -> channel.close();
            case TUNNEL, CLOSED -> {}
        }
    }

    private void answerTooLate() {
        if (halfClosed.inDoubt()) {
            halfClosed.ask(oldVersion);
            awaitMore();
        } else if (exchange.waitsForAnswer() && accepts()) {
            exchange.silentTooLong();
        } else {
            // What it waits for has a limit of its own: its turn, or the client.
            awaitMore();
        }
    }

    @Override
    public void sweep() {
        if (!isIdle() || served != servedThen) {
            servedThen = served;
            idleSweeps = 0;
        } else if (++idleSweeps >= before.sweeps()) {
            park();
        }
    }

    /** Whether nothing is under way, neither in nor out. */
    private boolean isIdle() {
        return at == At.HEAD
                && !search.begun()
                && input.isEmpty()
                && !input.ended()
                && input.isRead()
                && !retired
                && output.allSent();
    }

    /** Its channel is taken off the loop, which takes until the events at hand are done with: something may come till then. */
    private void park() {
        if (lot != null) {
            at = At.PARKING;
            channel.deregister().addListener(_ -> offTheLoop(lot));
        }
    }

    private void offTheLoop(Parked.Lot parkedBy) {
        if (at != At.PARKING) {
            return;
        }
        if (!channel.isOpen()) {
            // One that is on no loop is not told.
            channelGone();
            return;
        }
        if (input.isEmpty() && !input.ended() && !retired) {
            // The longer, the oftener it has asked again.
            int sweeps = Math.min(2 * before.sweeps(), MOST_SWEEPS);
            if (parkedBy.park(loop, channel, new Parked(before.ends(), served, sweeps, patience.deadline()))) {
                at = At.CLOSED;
                loop.crowd().away(this);
                return;
            }
        }
        at = At.HEAD;
        idleSweeps = 0;
        loop.events().register(channel);
        if (!channel.isRegistered()) {
            // The kernel takes no more into the set, and Netty keeps that to itself.
            channel.unsafe().closeForcibly();
            channelGone();
            return;
        }
        if (retired) {
            linger();
        } else {
            process();
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
    public void part() {
        parts = true;
        if (!output.begun()) {
            keepAlive = false;
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
