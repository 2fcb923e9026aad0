package footplate.proxy.flow;

import footplate.core.http.ResponseHead;
import footplate.core.name.RunId;
import footplate.proxy.access.AccessEntry;
import footplate.proxy.files.FileAnswer;
import footplate.proxy.page.Page;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client's connection as its exchange sees it; all calls come on their common loop. */
public interface Client {
    /** The request will be a line of an access log: what is answered, and how it ends, is for it. */
    void logs(AccessEntry entry);

    /** Passes an interim head on, if the client understands it. */
    void interim(ResponseHead head);

    /**
     * Begins the answer.
     *
     * @param buffer bytes of memory for what the client does not take at once, the rest of it going to the disk; below 0:
     *     the process has to wait for the client
     */
    void head(ResponseHead head, long buffer);

    /** A part of the answer's body; released here. */
    void body(ByteBuf part);

    /** What was written so far may go out. */
    void flush();

    /** The answer is complete. The next request may begin before this returns. */
    void end();

    /** The answer ends here, incomplete, and the client must see that it is. */
    void broken();

    /** Answers with a page of ours, complete. */
    void answer(Page page);

    /** Answers with a file, complete, and releases it. */
    void answer(FileAnswer file);

    /** Whether it takes more of an answer just now. */
    boolean accepts();

    /** The request has gone to its process: the answer is awaited, and more of the body taken. */
    void sent();

    /** The exchange takes more of the request's body again. */
    void resumeBody();

    /** The exchange wants the rest of the request's body before anybody else is asked: who waits to be told so is. */
    void awaitBody();

    /** Whether the whole body of the request has come in. */
    boolean bodyComplete();

    /** The client's address, 4 or 16 bytes; empty if it came by a Unix socket. */
    byte[] address();

    /** The connection, to be joined with a process's; what the client had sent early comes with {@link #early}. */
    Channel channel();

    /** The PROXY header of {@code version} that says who the client is. */
    byte[] announcement(int version);

    /** What the client sent behind its request; the caller releases it. Null if nothing. */
    @Nullable
    ByteBuf early();

    /** The tunnel that its request has become is closed, and so is the connection. */
    void tunnelEnded();

    /**
     * Closes the WebSocket that its request has become, if a process of {@code run} is behind it.
     *
     * @return completed when it is closed; null if there is none
     */
    @Nullable
    CompletableFuture<Void> closeWebSocket(RunId run);

    /** Called about once a second. */
    void tick(long nowMillis);

    /** Called some times a second where there are many clients: one who asks nothing may be parked. */
    void sweep();

    /** Ends after the request under way; at once if there is none. */
    void retire();

    /** Ends with the next answer, which tells so; until that comes, or the client has been idle for too long, it stays. */
    void part();

    /** Ends now. */
    void cut();

    /** Its request under way; null if there is none. */
    @Nullable
    RequestUnderWay underWay(long nowNanos);
}
