package footplate.daemon.os;

import footplate.core.supervise.Exit;
import footplate.core.supervise.ProcessId;
import java.util.concurrent.CompletableFuture;

/** A process under watch: one we started, or one found again that an earlier daemon started. */
public interface Child extends AutoCloseable {
    /** Which process. */
    ProcessId id();

    /**
     * Completed when the process has ended, all its threads included. What is attached runs on the one thread that
     * sees all exits: hand over and return, never block there. {@link Exit.Unknown} where the exit code went to
     * another parent. Cancelled by {@link #close()}.
     */
    CompletableFuture<Exit> exit();

    /**
     * Sends a signal to this process alone, and never to another that got its PID.
     *
     * @return whether there was still a process to take it
     */
    boolean signal(Signal signal);

    /**
     * Lets go of the process without touching it: it runs on, unwatched. Not needed after the exit. (An own child let
     * go of stays a zombie from its end until ours.)
     */
    @Override
    void close();
}
