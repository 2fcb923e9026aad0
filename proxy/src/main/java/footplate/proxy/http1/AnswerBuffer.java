package footplate.proxy.http1;

import footplate.proxy.body.Spool;
import footplate.proxy.body.SpoolUser;
import footplate.proxy.flow.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * What of an answer its client has not taken yet, so that the process need not wait for it. It is made when a client takes
 * less than comes, and is done with when all of it is written.
 */
final class AnswerBuffer implements SpoolUser {
    /** What comes behind it. */
    enum End {
        /** More of the answer. */
        OPEN,
        /** Nothing: the answer is complete. */
        WHOLE,
        /** Nothing, though the answer is not complete. */
        BROKEN
    }

    /** Whose answer it is. */
    interface Owner {
        /** All of it is written, or room was made for more, or it is {@link #lost}. */
        void bufferMoved();

        /** A mistake of ours. */
        void bufferCrashed(Throwable bug);
    }

    private final Channel channel;
    private final ClientOutput output;
    private final Owner owner;
    private final Spool spool;
    private End end = End.OPEN;
    private boolean draining;

    /** @param memory bytes; what is more goes to a file */
    AnswerBuffer(Loop loop, Channel channel, ClientOutput output, long memory, Owner owner) {
        this.channel = channel;
        this.output = output;
        this.owner = owner;
        this.spool = Spool.passing(loop.spools(), loop.events(), loop.allocator(), memory, this);
    }

    /** A part of the body; the buffer's from here on. */
    void add(ByteBuf part) {
        spool.add(part);
    }

    /** Whether it takes more. */
    boolean accepts() {
        return spool.accepts();
    }

    /** Nothing is added any more. */
    void end(End how) {
        end = how;
    }

    End end() {
        return end;
    }

    /** Whether all of it is written. */
    boolean isEmpty() {
        return spool.left() == 0;
    }

    /** Whether a part of it cannot be read again. */
    boolean lost() {
        return spool.trouble() == Spool.Trouble.UNREADABLE;
    }

    /** Writes what the client takes now. Does nothing if it is called from within itself, as a write may do. */
    void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            boolean more = true;
            while (more) {
                more = false;
                while (channel.isWritable()) {
                    var part = spool.next();
                    if (part == null) {
                        break;
                    }
                    output.body(part);
                    more = true;
                }
                if (more) {
                    output.flush();
                }
            }
        } finally {
            draining = false;
        }
    }

    @Override
    public void spoolMoved() {
        owner.bufferMoved();
    }

    @Override
    public void crashed(Throwable bug) {
        owner.bufferCrashed(bug);
    }

    void close() {
        spool.close();
    }
}
