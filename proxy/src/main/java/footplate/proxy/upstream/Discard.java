package footplate.proxy.upstream;

import footplate.core.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes the rest of an answer that nobody wants, so that its connection can be used again; where that takes too much, the
 * connection is closed instead.
 */
public final class Discard implements UpstreamUser {
    /** Most bytes that are read for it. */
    private static final int MOST_BYTES = 64 * 1024;

    private static final long MOST_SECONDS = 5;

    private final UpstreamPool pool;
    private final UpstreamConnection connection;
    private final long idleMillis;
    private @Nullable Future<?> deadline;
    private int left = MOST_BYTES;

    private Discard(UpstreamPool pool, UpstreamConnection connection, long idleMillis) {
        this.pool = pool;
        this.connection = connection;
        this.idleMillis = idleMillis;
    }

    /**
     * Takes {@code connection} over from whoever has just been told the answer's head.
     *
     * @param idleMillis as for {@link UpstreamPool#giveBack}
     */
    public static void rest(UpstreamPool pool, UpstreamConnection connection, long idleMillis, EventLoop loop) {
        var discard = new Discard(pool, connection, idleMillis);
        discard.deadline = loop.schedule(connection::close, MOST_SECONDS, TimeUnit.SECONDS);
        connection.handOver(discard);
        connection.read(true);
    }

    private void done() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void answerBody(ByteBuf part) {
        left -= part.readableBytes();
        part.release();
        if (left < 0) {
            done();
            connection.close();
        }
    }

    @Override
    public void answerEnd(UpstreamConnection ended, boolean reusable) {
        done();
        if (reusable) {
            pool.giveBack(ended, System.nanoTime(), idleMillis);
        } else {
            ended.close();
        }
    }

    @Override
    public void failed(Trouble trouble) {
        done();
    }

    @Override
    public void crashed(Throwable bug) {
        done();
        connection.close();
        pool.bug(bug);
    }

    @Override
    public void connected(UpstreamConnection unexpected) {
        throw new IllegalStateException("a connection came about a second time");
    }

    @Override
    public void notConnected(Throwable cause) {
        throw new IllegalStateException("a connection that is in use did not come about", cause);
    }

    @Override
    public void answerHead(ResponseHead head) {
        throw new IllegalStateException("a second head of one answer");
    }

    @Override
    public void answerUpgraded(ByteBuf first) {
        first.release();
        throw new IllegalStateException("an answer with a file became a tunnel");
    }

    @Override
    public void answerPause() {}

    @Override
    public void upstreamWritable() {}
}
