package footplate.proxy.flow;

import footplate.core.http.RequestHead;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.proxy.flow.RequestUnderWay.State;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells what a request is from the head that was written for its process, so that nothing is kept for listings only. */
final class Listing {
    /** Most bytes that are copied to be looked at. */
    private static final int MOST = 128 * 1024;

    private Listing() {}

    static RequestUnderWay of(AppName app, ByteBuf request, State state, long ageNanos, @Nullable InstanceId instance) {
        // No more than a head of ours can be: a body behind it stays where it is.
        var copy = new byte[Math.min(request.readableBytes(), MOST)];
        request.getBytes(request.readerIndex(), copy);
        var head = RequestHead.ofOurOwn();
        int end = head.read(copy, 0, copy.length);
        if (end < 0) {
            throw new IllegalStateException("a head of our own is not understood");
        }
        return new RequestUnderWay(
                app, head.methodName(), head.host(), head.path(), state, Duration.ofNanos(ageNanos), instance);
    }
}
