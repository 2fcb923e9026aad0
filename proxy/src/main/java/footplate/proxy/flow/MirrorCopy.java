package footplate.proxy.flow;

import footplate.core.config.Setting;
import footplate.core.config.routes.Target;
import footplate.core.http.ResponseHead;
import footplate.core.proxyprotocol.ProxyHeader;
import footplate.core.route.AppRoute;
import footplate.core.route.Asking;
import footplate.core.route.Availability;
import footplate.proxy.upstream.Discard;
import footplate.proxy.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request that goes elsewhere, too, and whose answer is thrown away (nginx: mirror). It is sent when the whole request is in hand; one that is
 * too long, or has nobody who takes it at once, is dropped and counted. Nothing of this reaches the request itself. On its loop only.
 */
final class MirrorCopy implements HeadReader {
    /** Most bytes of a body. */
    private static final int MOST = 64 * 1024;

    private static final long MOST_SECONDS = 10;

    private final Loop loop;
    private final Target to;
    private @Nullable ByteBuf body;
    private @Nullable ByteBuf request;
    private @Nullable AppRoute route;
    private footplate.core.route.@Nullable Target place;
    private @Nullable UpstreamConnection connection;
    private @Nullable Future<?> deadline;
    private boolean sent;
    private boolean head;
    private boolean over;

    private MirrorCopy(Loop loop, Target to) {
        this.loop = loop;
        this.to = to;
    }

    /** Begins one; null if too many are under way. */
    static @Nullable MirrorCopy begin(Loop loop, Target to) {
        if (loop.ruleRoom().copyBegins()) {
            return new MirrorCopy(loop, to);
        }
        loop.counters().mirrorsDropped++;
        return null;
    }

    /** The next {@code length} bytes of {@code source} are of the request's body; they stay there. */
    void body(ByteBuf source, int length) {
        if (sent || over) {
            return;
        }
        int before = body == null ? 0 : body.readableBytes();
        if (before + length > MOST) {
            drop();
            return;
        }
        if (body == null) {
            body = loop.allocator().directBuffer(length);
        }
        body.writeBytes(source, source.readerIndex(), length);
    }

    /** The request is complete: off it goes, once. */
    void send(KeptRequest kept, boolean isHead) {
        if (sent || over) {
            return;
        }
        sent = true;
        head = isHead;
        var app = loop.table().current().pool(to);
        long now = System.nanoTime();
        var free = app == null || !(app.availability() instanceof Availability.Serving)
                ? null
                : app.gate().claim(app, Asking.NOTHING, now);
        if (app == null || free == null) {
            drop();
            return;
        }
        route = app;
        place = free;
        request = kept.copyOfHead(body == null ? 0 : body.readableBytes());
        if (body != null) {
            request.writeBytes(body);
            body.release();
            body = null;
        }
        deadline = loop.events().schedule(this::drop, MOST_SECONDS, TimeUnit.SECONDS);
        var idle = loop.upstream().idle(free, now);
        if (idle != null) {
            sendOn(idle);
            return;
        }
        // It is no client of theirs: the connection says that it is our own.
        var announcement = free.proxyProtocol() == 0 ? null : ProxyHeader.write(free.proxyProtocol(), null);
        var attempt = loop.upstream().connect(free, app.http().millis(Setting.CONNECT_TIMEOUT), announcement, this);
        if (attempt == null) {
            drop();
        } else if (connection == null && !over) {
            connection = attempt;
        }
    }

    private void sendOn(UpstreamConnection to) {
        connection = to;
        var copy = request;
        request = null;
        if (copy == null) {
            drop();
            return;
        }
        to.send(this, copy, head, false, false);
    }

    @Override
    public void connected(UpstreamConnection made) {
        sendOn(made);
    }

    @Override
    public void answerHead(ResponseHead answer) {
        var from = connection;
        if (answer.interim() || from == null || over) {
            return;
        }
        if (answer.status() == 101) {
            drop();
            return;
        }
        connection = null;
        loop.counters().mirrored++;
        end();
        Discard.rest(loop.upstream(), from, loop.settings().millis(Setting.UPSTREAM_KEEPALIVE_TIMEOUT), loop.events());
    }

    @Override
    public void notConnected(Throwable cause) {
        connection = null;
        drop();
    }

    @Override
    public void failed(Trouble trouble) {
        connection = null;
        drop();
    }

    @Override
    public void crashed(Throwable bug) {
        loop.bug(bug);
        drop();
    }

    /** The request is over; a copy that is not complete never will be. */
    void requestOver() {
        if (!sent) {
            drop();
        }
    }

    private void drop() {
        if (!over) {
            loop.counters().mirrorsDropped++;
            end();
        }
    }

    private void end() {
        over = true;
        loop.ruleRoom().copyEnds();
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
        if (connection != null) {
            connection.close();
            connection = null;
        }
        if (body != null) {
            body.release();
            body = null;
        }
        if (request != null) {
            request.release();
            request = null;
        }
        if (route != null && place != null) {
            route.gate().release(place, System.nanoTime());
            place = null;
        }
    }
}
