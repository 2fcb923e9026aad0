package footplate.proxy.upstream;

import footplate.core.http.ResponseHead;
import io.netty.buffer.ByteBuf;

/** Who sends a request over an {@link UpstreamConnection} and takes its answer; all calls come on their common loop. */
public interface UpstreamUser {
    /** The connection asked for is there. */
    void connected(UpstreamConnection connection);

    /** The connection asked for will not come. */
    void notConnected(Throwable cause);

    /**
     * An interim or the final head.
     *
     * @param head to be read before this call returns
     */
    void answerHead(ResponseHead head);

    /**
     * What follows a 101: from now on the connection is not HTTP.
     *
     * @param first bytes that came with the head; the receiver releases them
     */
    void answerUpgraded(ByteBuf first);

    /** A part of the body, framing included unless decoding was asked for; the receiver releases it. */
    void answerBody(ByteBuf part);

    /** Nothing more has come in for now. */
    void answerPause();

    /**
     * The answer is complete; the connection is no longer this user's.
     *
     * @param reusable whether nothing on the connection's side speaks against using it again
     */
    void answerEnd(UpstreamConnection connection, boolean reusable);

    /** The answer will not be completed; the connection is closed. */
    void failed(Trouble trouble);

    /** More can be written after {@link UpstreamConnection#accepts} had said no. */
    void upstreamWritable();

    /** A mistake of ours; the connection is closed. */
    void crashed(Throwable bug);

    /** Why an answer is not completed. */
    enum Trouble {
        /** Closed before a byte of the answer, on a connection that had served before. */
        REUSED_CLOSED,
        /** Closed before a byte of the answer, on a new connection. */
        NEW_CLOSED,
        /** Closed in the middle of the answer. */
        CUT,
        /** What came is not HTTP as it is understood here. */
        MALFORMED
    }
}
