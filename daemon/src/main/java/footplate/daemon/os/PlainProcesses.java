package footplate.daemon.os;

import footplate.core.supervise.Exit;
import footplate.core.supervise.ProcessId;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Processes by the JDK's ProcessBuilder, for machines where native calls are not to be had. Weaker in what it says so
 * of: exits of adopted processes are seen up to a second or two late, an exit code above 128 is read as a signal, and
 * between the check of a PID and its signal lies a moment. Without setsid(1) children stay in our session. The JDK's
 * launcher closes all other descriptors in the child.
 */
final class PlainProcesses implements Processes {
    private final String why;
    private final Map<Integer, Handle> children = new ConcurrentHashMap<>();

    PlainProcesses(String why) {
        this.why = why;
    }

    @Override
    public Child spawn(SpawnRequest request) throws SpawnFailure {
        var program = Program.of(request);
        var command = Limits.wrap(program, request);
        // As a child of ours it leads no group, so setsid(1) need not fork and the PID stays.
        Program.onOurPath("setsid").ifPresent(setsid -> command.addFirst(setsid.toString()));
        createLog(request.stdout());
        createLog(request.stderr());
        var builder = new ProcessBuilder(command)
                .directory(request.directory().toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.appendTo(request.stdout().toFile()))
                .redirectError(Redirect.appendTo(request.stderr().toFile()));
        builder.environment().clear();
        builder.environment().putAll(request.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException failure) {
            throw new SpawnFailure(
                    program.toString(),
                    "it could not be started: " + failure.getMessage(),
                    "Try it by hand in the app's folder, as the same user.");
        }
        int pid = Math.toIntExact(process.pid());
        // The JDK may have taken the exit of a very short run already; it never lives again, so 0 will do.
        long startTicks = Proc.stat(pid).map(Proc.Stat::startTicks).orElse(0L);
        var child = new Handle(new ProcessId(pid, startTicks));
        children.put(pid, child);
        var _ = process.onExit().thenAccept(ended -> child.ended(read(ended.exitValue())));
        return child;
    }

    /** The JDK tells a signal as 128 plus its number. */
    private static Exit read(int value) {
        return value > 128 && value <= 128 + 64 ? new Exit.Signalled(value - 128) : new Exit.Code(value);
    }

    private static void createLog(Path file) throws SpawnFailure {
        try {
            if (!Files.exists(file)) {
                Files.newByteChannel(
                                file,
                                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                        .close();
            }
            if (!Files.isWritable(file)) {
                throw LogProblem.cannotOpen(file, "not writable");
            }
        } catch (IOException failure) {
            throw LogProblem.cannotOpen(file, String.valueOf(failure));
        }
    }

    @Override
    public Optional<Child> find(ProcessId id) {
        var known = children.get(id.pid());
        if (known != null && known.id().equals(id)) {
            return Optional.of(known);
        }
        var handle = ProcessHandle.of(id.pid());
        if (handle.isEmpty() || !Proc.runs(id)) {
            return Optional.empty();
        }
        var child = new Handle(id);
        children.put(id.pid(), child);
        var _ = handle.get().onExit().thenRun(() -> child.ended(new Exit.Unknown()));
        return Optional.of(child);
    }

    @Override
    public boolean signal(ProcessId id, Signal signal) {
        if (!Proc.runs(id)) {
            return false;
        }
        return switch (signal) {
            case KILL ->
                ProcessHandle.of(id.pid()).map(ProcessHandle::destroyForcibly).orElse(false);
            case TERM -> ProcessHandle.of(id.pid()).map(ProcessHandle::destroy).orElse(false);
            case HUP, INT, QUIT, USR1, USR2, CONT, STOP, TSTP, WINCH -> byShell(signal, Integer.toString(id.pid()));
        };
    }

    private static boolean byShell(Signal signal, String target) {
        try {
            return new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " -- " + target)
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noShell) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void killGroup(int group) {
        if (group <= 1) {
            throw new IllegalArgumentException("kill of group " + group + " would reach strangers");
        }
        byShell(Signal.KILL, "-" + group);
    }

    @Override
    public String describe() {
        return "the JDK's ProcessBuilder (" + why + ")";
    }

    @Override
    public void close() {
        children.values().forEach(Handle::close);
    }

    private final class Handle implements Child {
        private final ProcessId id;
        private final CompletableFuture<Exit> exit = new CompletableFuture<>();

        Handle(ProcessId id) {
            this.id = id;
        }

        @Override
        public ProcessId id() {
            return id;
        }

        @Override
        public CompletableFuture<Exit> exit() {
            return exit;
        }

        @Override
        public boolean signal(Signal signal) {
            return !exit.isDone() && PlainProcesses.this.signal(id, signal);
        }

        void ended(Exit how) {
            children.remove(id.pid(), this);
            exit.complete(how);
        }

        @Override
        public void close() {
            children.remove(id.pid(), this);
            exit.cancel(false);
        }
    }
}
