package footplate.daemon.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The C library's calls that Java does not offer; the only class that touches native memory. Numbers are those of
 * 64-bit Linux with glibc, on x86-64 and aarch64 alike where not said otherwise.
 */
@SuppressWarnings("restricted") // native access is this class's trade
final class Libc {
    static final int EINTR = 4;
    static final int ECHILD = 10;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;

    private static final int O_WRONLY = 1;
    private static final int O_CREAT = 0100;
    private static final int O_NOCTTY = 0400;
    private static final int O_APPEND = 02000;
    private static final int O_CLOEXEC = 02000000;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final short SPAWN_FLAGS = 0x04 | 0x08 | 0x80; // SETSIGDEF, SETSIGMASK, SETSID
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final long SYS_PIDFD_SEND_SIGNAL = 424; // the same on every architecture since Linux 5.1
    private static final long SYS_PIDFD_OPEN = 434;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLLIN = 1;
    private static final int FALLOC_FL_COLLAPSE_RANGE = 8;
    private static final int SIGCHLD = 17;

    /** struct epoll_event is packed on x86-64 only (sys/epoll.h, __EPOLL_PACKED). */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final long EVENT_SIZE = PACKED ? 12 : 16;
    private static final long EVENT_DATA = PACKED ? 4 : 8;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout PTR = ValueLayout.ADDRESS;
    private static final MemoryLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE =
            ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno")).withInvokeExactBehavior();

    /** Why this machine's C library, kernel or JVM settings do not allow these calls. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;

        Unavailable(String why) {
            super(why);
        }
    }

    /** A call that failed, with its errno. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;
        private final int errno;

        Failure(String call, int errno, String text) {
            super(call + ": " + text);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    /** How a child ended, as waitid(2) tells it: {@code code} is CLD_EXITED (1), CLD_KILLED (2) or CLD_DUMPED (3). */
    record Ended(int code, int status) {}

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup symbols = linker.defaultLookup();

    private final MethodHandle open = variadic("open", 2, INT, PTR, INT, INT);
    private final MethodHandle close = plain("close", INT, INT);
    private final MethodHandle fcntl = variadic("fcntl", 2, INT, INT, INT, INT);
    private final MethodHandle strerror = plain("strerror", PTR, INT);
    private final MethodHandle signal = plain("signal", PTR, INT, PTR);
    private final MethodHandle spawn = plain("posix_spawn", INT, PTR, PTR, PTR, PTR, PTR, PTR);
    private final MethodHandle attrInit = plain("posix_spawnattr_init", INT, PTR);
    private final MethodHandle attrDestroy = plain("posix_spawnattr_destroy", INT, PTR);
    private final MethodHandle attrFlags = plain("posix_spawnattr_setflags", INT, PTR, ValueLayout.JAVA_SHORT);
    private final MethodHandle attrMask = plain("posix_spawnattr_setsigmask", INT, PTR, PTR);
    private final MethodHandle attrDefault = plain("posix_spawnattr_setsigdefault", INT, PTR, PTR);
    private final MethodHandle actionsInit = plain("posix_spawn_file_actions_init", INT, PTR);
    private final MethodHandle actionsDestroy = plain("posix_spawn_file_actions_destroy", INT, PTR);
    private final MethodHandle addOpen = plain("posix_spawn_file_actions_addopen", INT, PTR, INT, PTR, INT, INT);
    private final MethodHandle addDup2 = plain("posix_spawn_file_actions_adddup2", INT, PTR, INT, INT);
    private final MethodHandle addChdir = plain("posix_spawn_file_actions_addchdir_np", INT, PTR, PTR);
    private final MethodHandle addCloseFrom = plain("posix_spawn_file_actions_addclosefrom_np", INT, PTR, INT);
    private final MethodHandle pidfdOpen = variadic("syscall", 1, LONG, LONG, INT, INT);
    private final MethodHandle pidfdSendSignal = variadic("syscall", 1, LONG, LONG, INT, INT, PTR, INT);
    private final MethodHandle waitid = plain("waitid", INT, INT, INT, PTR, INT);
    private final MethodHandle epollCreate = plain("epoll_create1", INT, INT);
    private final MethodHandle epollCtl = plain("epoll_ctl", INT, INT, INT, INT, PTR);
    private final MethodHandle epollWait = plain("epoll_wait", INT, INT, PTR, INT, INT);
    private final MethodHandle eventfd = plain("eventfd", INT, INT, INT);
    private final MethodHandle eventfdWrite = plain("eventfd_write", INT, INT, LONG);
    private final MethodHandle kill = plain("kill", INT, INT, INT);
    private final MethodHandle fallocate = plain("fallocate", INT, INT, INT, LONG, LONG);

    private Libc() {}

    /**
     * Binds the calls, once, and tries the ones a kernel or a container's seccomp filter may refuse.
     *
     * @throws Unavailable if one of them does not work here
     */
    static Libc load() throws Unavailable {
        if (Loaded.LIBC == null) {
            throw new Unavailable(Loaded.WHY_NOT);
        }
        return Loaded.LIBC;
    }

    /** The outcome of binding, which takes some milliseconds and never changes. */
    private static final class Loaded {
        private static final @Nullable Libc LIBC;
        private static final String WHY_NOT;

        static {
            Libc libc = null;
            String whyNot = "";
            try {
                libc = bindAndTry();
            } catch (Unavailable why) {
                whyNot = String.valueOf(why.getMessage());
            }
            LIBC = libc;
            WHY_NOT = whyNot;
        }
    }

    private static Libc bindAndTry() throws Unavailable {
        Libc libc;
        try {
            libc = new Libc();
        } catch (IllegalCallerException | UnsupportedOperationException refused) {
            throw new Unavailable("the JVM grants no native access (--enable-native-access): " + refused.getMessage());
        } catch (MissingSymbol missing) {
            throw new Unavailable("the C library has no " + missing.getMessage());
        }
        libc.tryPidfds();
        return libc;
    }

    private void tryPidfds() throws Unavailable {
        try {
            int self = pidfdOpen(Math.toIntExact(ProcessHandle.current().pid()));
            try {
                waitExit(self);
                throw new IllegalStateException("waitid on ourselves succeeded");
            } catch (Failure expected) {
                if (expected.errno() != ECHILD) {
                    throw new Unavailable("the kernel cannot wait on pidfds: " + expected.getMessage());
                }
            } finally {
                close(self);
            }
        } catch (Failure failure) {
            throw new Unavailable("the kernel or a seccomp filter refuses pidfds: " + failure.getMessage());
        }
    }

    /** Makes sure that ended children are kept for us to wait for, whatever our parent had set up. */
    void keepEndedChildren() {
        try (var arena = Arena.ofConfined()) {
            var _ = (MemorySegment) signal.invokeExact(arena.allocate(ERRNO), SIGCHLD, MemorySegment.NULL);
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** Opens a file to append to, created with mode 0600; not inherited by children, and numbered 3 or above. */
    int openToAppend(Path file) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            int fd = (int) open.invokeExact(
                    errno,
                    arena.allocateFrom(file.toString()),
                    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY,
                    0600);
            check("open", fd, errno);
            if (fd > 2) {
                return fd;
            }
            // A daemon whose own 0 to 2 are closed: there it would be in the way of the child's dup2.
            int moved = (int) fcntl.invokeExact(errno, fd, F_DUPFD_CLOEXEC, 3);
            close(fd);
            return check("fcntl", moved, errno);
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    void close(int fd) {
        try (var arena = Arena.ofConfined()) {
            int _ = (int) close.invokeExact(arena.allocate(ERRNO), fd);
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /**
     * posix_spawn(3): leader of a new session, default signals, stdin from /dev/null, only descriptors 0 to 2.
     *
     * @param program path of the program, absolute
     * @param environment {@code NAME=value} each
     * @param stdout descriptor, 3 or above; stays ours to close, as {@code stderr}
     * @return the PID
     */
    int spawn(Path program, List<String> arguments, List<String> environment, Path directory, int stdout, int stderr)
            throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            // glibc: 336 and 80 bytes on x86-64; room to spare for other architectures.
            var attr = arena.allocate(1024, 16);
            var actions = arena.allocate(512, 16);
            var noSignals = arena.allocate(128, 8);
            // Not sigfillset(3): it leaves out 32 and 33, which posix_spawn would then have ignored in the child.
            var allSignals = arena.allocate(128, 8).fill((byte) 0xFF);
            check((int) attrInit.invokeExact(errno, attr));
            check((int) actionsInit.invokeExact(errno, actions));
            try {
                check((int) attrFlags.invokeExact(errno, attr, SPAWN_FLAGS));
                check((int) attrMask.invokeExact(errno, attr, noSignals));
                check((int) attrDefault.invokeExact(errno, attr, allSignals));
                check((int) addChdir.invokeExact(errno, actions, arena.allocateFrom(directory.toString())));
                check((int) addOpen.invokeExact(errno, actions, 0, arena.allocateFrom("/dev/null"), 0, 0));
                check((int) addDup2.invokeExact(errno, actions, stdout, 1));
                check((int) addDup2.invokeExact(errno, actions, stderr, 2));
                check((int) addCloseFrom.invokeExact(errno, actions, 3));
                var pid = arena.allocate(INT);
                check((int) spawn.invokeExact(
                        errno,
                        pid,
                        arena.allocateFrom(program.toString()),
                        actions,
                        attr,
                        strings(arena, arguments),
                        strings(arena, environment)));
                return pid.get(INT, 0);
            } finally {
                int _ = (int) actionsDestroy.invokeExact(errno, actions);
                int _ = (int) attrDestroy.invokeExact(errno, attr);
            }
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** A descriptor of a process, readable when it has ended; close-on-exec (pidfd_open(2)). */
    int pidfdOpen(int pid) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            long fd = (long) pidfdOpen.invokeExact(errno, SYS_PIDFD_OPEN, pid, 0);
            return check("pidfd_open", (int) fd, errno);
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** Signals exactly the process behind the descriptor (pidfd_send_signal(2)). */
    void pidfdSendSignal(int pidfd, int number) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            long done = (long)
                    pidfdSendSignal.invokeExact(errno, SYS_PIDFD_SEND_SIGNAL, pidfd, number, MemorySegment.NULL, 0);
            check("pidfd_send_signal", (int) done, errno);
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** Signals every process of a group at one instant, so that none can fork past it (kill(2)). */
    void killGroup(int group, int number) throws Failure {
        if (group <= 1) {
            throw new IllegalArgumentException("kill of group " + group + " would reach strangers");
        }
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            int done = (int) kill.invokeExact(errno, -group, number);
            check("kill", done, errno);
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** Takes the exit of an ended child, which is then gone for good; blocks while it still runs (waitid(2)). */
    Ended waitExit(int pidfd) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            var siginfo = arena.allocate(128, 8);
            int done = (int) waitid.invokeExact(errno, P_PIDFD, pidfd, siginfo, WEXITED);
            check("waitid", done, errno);
            return new Ended(siginfo.get(INT, 8), siginfo.get(INT, 24)); // si_code, si_status
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    int epollCreate() throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            int fd = (int) epollCreate.invokeExact(errno, O_CLOEXEC);
            return check("epoll_create1", fd, errno);
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** From now on {@link #epollWait} tells {@code key} while {@code fd} is readable. */
    void epollAdd(int epoll, int fd, long key) throws Failure {
        epollControl(epoll, EPOLL_CTL_ADD, fd, key);
    }

    void epollRemove(int epoll, int fd) throws Failure {
        epollControl(epoll, EPOLL_CTL_DEL, fd, 0);
    }

    private void epollControl(int epoll, int what, int fd, long key) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            var event = arena.allocate(EVENT_SIZE, 8);
            event.set(INT, 0, EPOLLIN);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, EVENT_DATA, key);
            int done = (int) epollCtl.invokeExact(errno, epoll, what, fd, event);
            check("epoll_ctl", done, errno);
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** Waits for readable descriptors; the keys they were added with, none at an interruption by a signal. */
    long[] epollWait(int epoll) throws Failure {
        int most = 64;
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            var events = arena.allocate(EVENT_SIZE * most, 8);
            int ready = (int) epollWait.invokeExact(errno, epoll, events, most, -1);
            if (ready < 0 && (int) ERRNO_VALUE.get(errno, 0L) == EINTR) {
                return new long[0];
            }
            check("epoll_wait", ready, errno);
            var keys = new long[ready];
            for (int i = 0; i < ready; i++) {
                keys[i] = events.get(ValueLayout.JAVA_LONG_UNALIGNED, i * EVENT_SIZE + EVENT_DATA);
            }
            return keys;
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** A counter that wakes an {@link #epollWait} (eventfd(2)). */
    int eventfd() throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            int fd = (int) eventfd.invokeExact(errno, 0, O_CLOEXEC);
            return check("eventfd", fd, errno);
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    void wake(int eventfd) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            int done = (int) eventfdWrite.invokeExact(errno, eventfd, 1L);
            check("eventfd_write", done, errno);
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    /** Takes the first {@code bytes} out of a file; what follows moves to its start (fallocate(2)). */
    void collapse(int fd, long bytes) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            int done = (int) fallocate.invokeExact(errno, fd, FALLOC_FL_COLLAPSE_RANGE, 0L, bytes);
            check("fallocate", done, errno);
        } catch (Failure failure) {
            throw failure;
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        var array = arena.allocate(ValueLayout.ADDRESS, strings.size() + 1L); // the last stays NULL
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(strings.get(i)));
        }
        return array;
    }

    private int check(String call, int result, MemorySegment errno) throws Failure {
        if (result < 0) {
            throw failure(call, (int) ERRNO_VALUE.get(errno, 0L));
        }
        return result;
    }

    /** The posix_spawn family returns the errno itself. */
    private void check(int errno) throws Failure {
        if (errno != 0) {
            throw failure("posix_spawn", errno);
        }
    }

    private Failure failure(String call, int errno) {
        try (var arena = Arena.ofConfined()) {
            var text = (MemorySegment) strerror.invokeExact(arena.allocate(ERRNO), errno);
            return new Failure(call, errno, text.reinterpret(256).getString(0));
        } catch (Throwable t) {
            throw broken(t);
        }
    }

    private static AssertionError broken(Throwable t) {
        return new AssertionError("a native call was bound wrongly", t);
    }

    private MethodHandle plain(String name, MemoryLayout result, MemoryLayout... parameters) {
        return bind(name, result, parameters, Linker.Option.captureCallState("errno"));
    }

    private MethodHandle variadic(String name, int fixed, MemoryLayout result, MemoryLayout... parameters) {
        return bind(
                name,
                result,
                parameters,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixed));
    }

    private MethodHandle bind(String name, MemoryLayout result, MemoryLayout[] parameters, Linker.Option... options) {
        var address = symbols.find(name).orElseThrow(() -> new MissingSymbol(name));
        return linker.downcallHandle(address, FunctionDescriptor.of(result, parameters), options);
    }

    /** A function that this C library lacks. */
    private static final class MissingSymbol extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingSymbol(String name) {
            super(name);
        }
    }
}
