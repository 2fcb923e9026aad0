package footplate.proxy.flow;

import footplate.proxy.upstream.UpstreamConnection;
import footplate.proxy.upstream.UpstreamUser;
import io.netty.buffer.ByteBuf;

/** Who wants no more of an answer than its head: what else comes of it is thrown away, and its connection with it. */
interface HeadReader extends UpstreamUser {
    @Override
    default void answerUpgraded(ByteBuf first) {
        first.release();
    }

    @Override
    default void answerBody(ByteBuf part) {
        part.release();
    }

    @Override
    default void answerEnd(UpstreamConnection ended, boolean reusable) {
        ended.close();
    }

    @Override
    default void answerPause() {}

    @Override
    default void upstreamWritable() {}
}
