package footplate.proxy.http1;

import footplate.core.proxyprotocol.Ends;
import footplate.proxy.flow.Loop;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an idle connection while it is parked: its channel, handlers and buffers take two kilobytes, a descriptor that
 * is watched and this a tenth of it (ADR 36).
 *
 * @param ends what the proxy before us has said of them; null: nothing
 * @param served requests that it has had
 * @param sweeps sweeps of its loop that it was idle for before it was parked
 * @param deadlineMillis when it has been idle for too long, in the loop's time
 */
public record Parked(@Nullable Ends ends, int served, int sweeps, long deadlineMillis) {
    /** Nothing yet, of a connection that was accepted just now. */
    public static Parked never(@Nullable Ends ends) {
        return new Parked(ends, 0, 1, 0);
    }

    /** Whether it was not parked before. */
    boolean never() {
        return deadlineMillis == 0;
    }

    /** Who parks connections. */
    public interface Lot {
        /**
         * Takes over an idle connection whose channel has been taken off its loop. On that loop.
         *
         * @return false if it could not be parked: its channel goes on
         */
        boolean park(Loop loop, Channel channel, Parked parked);
    }
}
