package footplate.daemon.os;

import footplate.core.supervise.ProcessId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Processes by posix_spawn(3) and pidfds. */
final class SpawnedProcesses implements Processes {
    private final Libc libc;
    private final ExitWatch watch;

    SpawnedProcesses(Libc libc) {
        this.libc = libc;
        libc.keepEndedChildren();
        this.watch = new ExitWatch(libc);
    }

    @Override
    public Child spawn(SpawnRequest request) throws SpawnFailure {
        watch.requireOpen();
        var program = Program.of(request);
        var arguments = Limits.wrap(program, request);
        var executed = Path.of(arguments.getFirst());
        if (executed.equals(program)) {
            arguments.set(0, request.command().getFirst()); // argv[0] as the operator wrote it
        }
        int stdout = openLog(request.stdout());
        try {
            int stderr = openLog(request.stderr());
            try {
                return watch(
                        libc.spawn(executed, arguments, environment(request), request.directory(), stdout, stderr));
            } catch (Libc.Failure failure) {
                throw explain(failure, program);
            } finally {
                libc.close(stderr);
            }
        } finally {
            libc.close(stdout);
        }
    }

    private static List<String> environment(SpawnRequest request) {
        var entries = new ArrayList<String>(request.environment().size());
        request.environment().forEach((name, value) -> entries.add(name + "=" + value));
        return entries;
    }

    private int openLog(Path file) throws SpawnFailure {
        try {
            return libc.openToAppend(file);
        } catch (Libc.Failure failure) {
            throw LogProblem.cannotOpen(file, String.valueOf(failure.getMessage()));
        }
    }

    /** Until we take its exit a child keeps its PID, even dead: nothing here can meet a stranger. */
    private Child watch(int pid) {
        try {
            var stat = Proc.stat(pid).orElseThrow(() -> new IllegalStateException("no /proc entry for child " + pid));
            return watch.add(new ProcessId(pid, stat.startTicks()), libc.pidfdOpen(pid));
        } catch (Libc.Failure | RuntimeException failure) {
            // Out of descriptors: a child that nobody watches must not live. It leads its group, and killing that takes
            // no descriptor.
            killGroup(pid);
            throw new IllegalStateException("child " + pid + " cannot be watched and was killed", failure);
        }
    }

    private static SpawnFailure explain(Libc.Failure failure, Path program) {
        return switch (failure.errno()) {
            case 8 -> // ENOEXEC
                new SpawnFailure(
                        program.toString(),
                        "the kernel cannot run this file: it is no program for this machine, nor a script with a #! line",
                        "Start the file with a line such as '#!/bin/sh', or name the program that should run it.");
            case 7 -> // E2BIG
                new SpawnFailure(
                        program.toString(),
                        "its arguments and environment are too long for the kernel",
                        "Make them shorter: 128 KiB for one, a quarter of the stack limit for all.");
            case 11, 12 -> // EAGAIN, ENOMEM
                new SpawnFailure(
                        program.toString(),
                        "the system has no room for another process: " + failure.getMessage(),
                        "Look for a runaway app, or raise the limit of processes (ulimit -u, TasksMax) or the memory.");
            default ->
                new SpawnFailure(
                        program.toString(),
                        "it could not be started: " + failure.getMessage(),
                        "Try it by hand in the app's folder, as the same user.");
        };
    }

    @Override
    public Optional<Child> find(ProcessId id) {
        var known = watch.get(id);
        if (known.isPresent()) {
            return known;
        }
        int pidfd;
        try {
            pidfd = libc.pidfdOpen(id.pid());
        } catch (Libc.Failure gone) {
            return Optional.empty();
        }
        // In this order: from the open on the descriptor means one process, so what /proc says next is about it,
        // or that process is gone and the first signal or wait tells.
        if (!Proc.runs(id)) {
            libc.close(pidfd);
            return Optional.empty();
        }
        try {
            return Optional.of(watch.add(id, pidfd));
        } catch (Libc.Failure failure) {
            throw new IllegalStateException("process " + id.pid() + " cannot be watched", failure);
        }
    }

    @Override
    public boolean signal(ProcessId id, Signal signal) {
        int pidfd;
        try {
            pidfd = libc.pidfdOpen(id.pid());
        } catch (Libc.Failure gone) {
            return false;
        }
        try {
            if (!Proc.runs(id)) {
                return false;
            }
            libc.pidfdSendSignal(pidfd, signal.number());
            return true;
        } catch (Libc.Failure goneOrNotAllowed) {
            return false;
        } finally {
            libc.close(pidfd);
        }
    }

    @Override
    public void killGroup(int group) {
        try {
            libc.killGroup(group, Signal.KILL.number());
        } catch (Libc.Failure gone) {
            // as wanted
        }
    }

    @Override
    public String describe() {
        return "posix_spawn and pidfd";
    }

    @Override
    public void close() {
        watch.close();
    }
}
