package footplate.core.supervise;

import footplate.core.name.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where an instance is in its life. Whether it is still wanted is never part of this: see {@link Instance#wanted}. */
public sealed interface Phase {
    /** The run this phase is about; null while no process exists. */
    @Nullable
    RunId runOrNull();

    /** A phase with a process behind it, or one on its way. */
    sealed interface Running extends Phase {
        RunId run();

        /** Null until the process is known to exist. */
        @Nullable
        ProcessId processOrNull();

        @Override
        default RunId runOrNull() {
            return run();
        }
    }

    /** To be started at {@code until}, after {@code crashes} crashes in a row. */
    record Waiting(Instant until, int crashes) implements Phase {
        @Override
        public @Nullable RunId runOrNull() {
            return null;
        }
    }

    /** Asked for, and not ready yet; not ready at {@code deadline} is a failed start. */
    record Starting(RunId run, @Nullable ProcessId process, Instant since, Instant deadline, int crashes)
            implements Running {
        @Override
        public @Nullable ProcessId processOrNull() {
            return process;
        }
    }

    /** Ready since {@code since} at {@code address}, having crashed {@code crashes} times in a row before. */
    record Up(RunId run, ProcessId process, String address, Instant since, int crashes) implements Running {
        @Override
        public ProcessId processOrNull() {
            return process;
        }
    }

    /** Takes no new request, and answers those it has until {@code deadline}. */
    record Draining(RunId run, ProcessId process, Instant deadline) implements Running {
        @Override
        public ProcessId processOrNull() {
            return process;
        }
    }

    /**
     * Asked to leave; from {@code killAt} on its process tree is killed.
     *
     * @param startTimedOut it is stopped because it was not ready in time
     */
    record Stopping(
            RunId run, @Nullable ProcessId process, Instant killAt, boolean killed, int crashes, boolean startTimedOut)
            implements Running {
        @Override
        public @Nullable ProcessId processOrNull() {
            return process;
        }
    }

    /** Given up after {@code crashes} crashes in a row. */
    record Failed(int crashes, Instant since) implements Phase {
        @Override
        public @Nullable RunId runOrNull() {
            return null;
        }
    }
}
