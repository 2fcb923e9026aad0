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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The C library's calls that Java does not offer; the only class that touches native memory. Numbers are those of
 * 64-bit Linux with glibc, on x86-64 and aarch64 alike where not said otherwise. Longer than 500 lines: one class is the
 * whole of what is not checked by the language.
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
    private static final int SPAWN_FLAGS = 0x04 | 0x08 | 0x80; // SETSIGDEF, SETSIGMASK, SETSID
    private static final int SPAWN_POLICY = 0x20; // SETSCHEDULER
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final long SYS_PIDFD_SEND_SIGNAL = 424; // the same on every architecture since Linux 5.1
    private static final long SYS_PIDFD_OPEN = 434;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLLIN = 1;
    private static final int FALLOC_FL_COLLAPSE_RANGE = 8;
    private static final int SIGCHLD = 17;
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_BATCH = 3;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int FD_CLOEXEC = 1;
    private static final int O_NONBLOCK = 04000;
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SCM_CREDENTIALS = 2;
    private static final int SO_TYPE = 3;
    private static final int SOCK_DGRAM = 2;
    private static final int SO_PASSCRED = 16;
    private static final int SHUT_RD = 0;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /** SCM_MAX_FD of the kernel: descriptors in one message. */
    static final int MOST_DESCRIPTORS = 253;

    private static final int LONGEST_MESSAGE = 64 * 1024;

    /** struct epoll_event is packed on x86-64 only (sys/epoll.h, __EPOLL_PACKED). */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final long EVENT_SIZE = PACKED ? 12 : 16;
    private static final long EVENT_DATA = PACKED ? 4 : 8;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
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

    /**
     * The one shape of call all functions share: (function, where errno goes, six integers or pointers) to an integer.
     * In the calling conventions of x86-64 (System V) and aarch64 (AAPCS64) these travel in registers of 64 bits each,
     * an int in the lower half of one, and surplus ones are ignored, also by functions with variable arguments. A shape
     * for each signature took 180 ms of CPU at every start of a daemon, this takes 65.
     */
    private final MethodHandle call = Linker.nativeLinker()
            .downcallHandle(
                    FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG),
                    Linker.Option.captureCallState("errno"));

    private final SymbolLookup symbols = Linker.nativeLinker().defaultLookup();

    private final MemorySegment open = symbol("open");
    private final MemorySegment close = symbol("close");
    private final MemorySegment fcntl = symbol("fcntl");
    private final MemorySegment strerror = symbol("strerror");
    private final MemorySegment signal = symbol("signal");
    private final MemorySegment spawn = symbol("posix_spawn");
    private final MemorySegment attrInit = symbol("posix_spawnattr_init");
    private final MemorySegment attrDestroy = symbol("posix_spawnattr_destroy");
    private final MemorySegment attrFlags = symbol("posix_spawnattr_setflags");
    private final MemorySegment attrMask = symbol("posix_spawnattr_setsigmask");
    private final MemorySegment attrDefault = symbol("posix_spawnattr_setsigdefault");
    private final MemorySegment attrPolicy = symbol("posix_spawnattr_setschedpolicy");
    private final MemorySegment actionsInit = symbol("posix_spawn_file_actions_init");
    private final MemorySegment actionsDestroy = symbol("posix_spawn_file_actions_destroy");
    private final MemorySegment addOpen = symbol("posix_spawn_file_actions_addopen");
    private final MemorySegment addDup2 = symbol("posix_spawn_file_actions_adddup2");
    private final MemorySegment addChdir = symbol("posix_spawn_file_actions_addchdir_np");
    private final MemorySegment addCloseFrom = symbol("posix_spawn_file_actions_addclosefrom_np");
    private final MemorySegment syscall = symbol("syscall");
    private final MemorySegment waitid = symbol("waitid");
    private final MemorySegment epollCreate = symbol("epoll_create1");
    private final MemorySegment epollCtl = symbol("epoll_ctl");
    private final MemorySegment epollWait = symbol("epoll_wait");
    private final MemorySegment eventfd = symbol("eventfd");
    private final MemorySegment eventfdWrite = symbol("eventfd_write");
    private final MemorySegment kill = symbol("kill");
    private final MemorySegment fallocate = symbol("fallocate");
    private final MemorySegment socket = symbol("socket");
    private final MemorySegment bind = symbol("bind");
    private final MemorySegment sendmsg = symbol("sendmsg");
    private final MemorySegment recvmsg = symbol("recvmsg");
    private final MemorySegment getsockname = symbol("getsockname");
    private final MemorySegment setsockopt = symbol("setsockopt");
    private final MemorySegment getsockopt = symbol("getsockopt");
    private final MemorySegment shutdown = symbol("shutdown");
    private final MemorySegment setScheduler = symbol("sched_setscheduler");

    /** The policy that this process was started with. */
    private final int policy;

    private volatile boolean batches;

    private Libc() {
        try (var arena = Arena.ofConfined()) {
            long self = ProcessHandle.current().pid();
            policy = (int) call(arena.allocate(ERRNO), symbol("sched_getscheduler"), self);
        }
    }

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
        if (!System.getProperty("os.arch").equals("amd64")
                && !System.getProperty("os.arch").equals("aarch64")) {
            throw new Unavailable("native calls are known for amd64 and aarch64 only");
        }
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
            call(arena.allocate(ERRNO), signal, SIGCHLD, 0); // SIG_DFL
        }
    }

    /**
     * Whether the calling thread, and those that it starts from now on, are scheduled as a batch's (sched_setscheduler(2)); processes
     * are not. Refused where the operator has given this process another policy than the usual one.
     */
    void batchThisThread(boolean batch) throws Failure {
        if (policy != SCHED_OTHER) {
            throw failure("sched_setscheduler", EINVAL);
        }
        try (var arena = Arena.ofConfined()) {
            var priority = arena.allocate(INT); // struct sched_param: 0 for both
            simple("sched_setscheduler", setScheduler, 0, batch ? SCHED_BATCH : SCHED_OTHER, priority.address());
            batches = true;
        }
    }

    /** Has the calling thread scheduled as usual, if a thread that is one of a batch may have started it. */
    void batchNoChild() {
        if (batches) {
            try {
                batchThisThread(false);
            } catch (Failure refused) {
                // It could be set before. At the worst a child waits for its turn more often.
                batches = true;
            }
        }
    }

    /** Opens a file to append to, created with mode 0600; not inherited by children, and numbered 3 or above. */
    int openToAppend(Path file) throws Failure {
        int fd;
        try (var arena = Arena.ofConfined()) {
            int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY;
            var errno = arena.allocate(ERRNO);
            fd = check("open", errno, call(errno, open, string(arena, file.toString()), flags, 0600));
        }
        if (fd > 2) {
            return fd;
        }
        // A daemon whose own 0 to 2 are closed: there it would be in the way of the child's dup2.
        try {
            return simple("fcntl", fcntl, fd, F_DUPFD_CLOEXEC, 3);
        } finally {
            close(fd);
        }
    }

    void close(int fd) {
        try (var arena = Arena.ofConfined()) {
            call(arena.allocate(ERRNO), close, fd);
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
            // glibc: 336 and 80 bytes on x86-64; room to spare for other architectures.
            long attr = arena.allocate(1024, 16).address();
            long actions = arena.allocate(512, 16).address();
            var noSignals = arena.allocate(128, 8);
            // Not sigfillset(3): it leaves out 32 and 33, which posix_spawn would then have ignored in the child.
            var allSignals = arena.allocate(128, 8).fill((byte) 0xFF);
            spawnCall(attrInit, attr);
            spawnCall(actionsInit, actions);
            try {
                // A thread that one of a batch has started is one too: its children are not to be.
                spawnCall(attrFlags, attr, batches ? SPAWN_FLAGS | SPAWN_POLICY : SPAWN_FLAGS);
                spawnCall(attrMask, attr, noSignals.address());
                spawnCall(attrDefault, attr, allSignals.address());
                spawnCall(attrPolicy, attr, SCHED_OTHER);
                spawnCall(addChdir, actions, string(arena, directory.toString()));
                spawnCall(addOpen, actions, 0, string(arena, "/dev/null"), 0, 0);
                spawnCall(addDup2, actions, stdout, 1);
                spawnCall(addDup2, actions, stderr, 2);
                spawnCall(addCloseFrom, actions, 3);
                var pid = arena.allocate(INT);
                spawnCall(
                        spawn,
                        pid.address(),
                        string(arena, program.toString()),
                        actions,
                        attr,
                        strings(arena, arguments),
                        strings(arena, environment));
                return pid.get(INT, 0);
            } finally {
                spawnCall(actionsDestroy, actions);
                spawnCall(attrDestroy, attr);
            }
        }
    }

    /** A descriptor of a process, readable when it has ended; close-on-exec (pidfd_open(2)). */
    int pidfdOpen(int pid) throws Failure {
        return simple("pidfd_open", syscall, SYS_PIDFD_OPEN, pid, 0);
    }

    /** Signals exactly the process behind the descriptor (pidfd_send_signal(2)). */
    void pidfdSendSignal(int pidfd, int number) throws Failure {
        simple("pidfd_send_signal", syscall, SYS_PIDFD_SEND_SIGNAL, pidfd, number, 0, 0);
    }

    /** Signals every process of a group at one instant, so that none can fork past it (kill(2)). */
    void killGroup(int group, int number) throws Failure {
        if (group <= 1) {
            throw new IllegalArgumentException("kill of group " + group + " would reach strangers");
        }
        simple("kill", kill, -group, number);
    }

    /** Takes the exit of an ended child, which is then gone for good; blocks while it still runs (waitid(2)). */
    Ended waitExit(int pidfd) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var siginfo = arena.allocate(128, 8);
            simple("waitid", waitid, P_PIDFD, pidfd, siginfo.address(), WEXITED);
            return new Ended(siginfo.get(INT, 8), siginfo.get(INT, 24)); // si_code, si_status
        }
    }

    int epollCreate() throws Failure {
        return simple("epoll_create1", epollCreate, O_CLOEXEC);
    }

    /** From now on {@link #epollWait} tells {@code key} while {@code fd} is readable. */
    void epollAdd(int epoll, int fd, long key) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var event = arena.allocate(EVENT_SIZE, 8);
            event.set(INT, 0, EPOLLIN);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, EVENT_DATA, key);
            simple("epoll_ctl", epollCtl, epoll, EPOLL_CTL_ADD, fd, event.address());
        }
    }

    void epollRemove(int epoll, int fd) throws Failure {
        simple("epoll_ctl", epollCtl, epoll, EPOLL_CTL_DEL, fd, 0); // no event needed since Linux 2.6.9
    }

    /** Waits for readable descriptors; the keys they were added with, none at an interruption by a signal. */
    long[] epollWait(int epoll) throws Failure {
        int most = 64;
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            var events = arena.allocate(EVENT_SIZE * most, 8);
            long ready = call(errno, epollWait, epoll, events.address(), most, -1);
            if ((int) ready < 0 && (int) ERRNO_VALUE.get(errno, 0L) == EINTR) {
                return new long[0];
            }
            var keys = new long[check("epoll_wait", errno, ready)];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = events.get(ValueLayout.JAVA_LONG_UNALIGNED, i * EVENT_SIZE + EVENT_DATA);
            }
            return keys;
        }
    }

    /** A counter that wakes an {@link #epollWait} (eventfd(2)). */
    int eventfd() throws Failure {
        return simple("eventfd", eventfd, 0, O_CLOEXEC);
    }

    void wake(int fd) throws Failure {
        simple("eventfd_write", eventfdWrite, fd, 1);
    }

    /** Takes the first {@code bytes} out of a file; what follows moves to its start (fallocate(2)). */
    void collapse(int fd, long bytes) throws Failure {
        simple("fallocate", fallocate, fd, FALLOC_FL_COLLAPSE_RANGE, 0, bytes);
    }

    /** A Unix socket for single messages, not inherited by children (socket(2)). */
    int datagramSocket() throws Failure {
        return simple("socket", socket, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    }

    /** @param address a {@code sockaddr_un}, as {@link UnixAddress} makes it */
    void bind(int fd, byte[] address) throws Failure {
        try (var arena = Arena.ofConfined()) {
            simple("bind", bind, fd, bytes(arena, address), address.length);
        }
    }

    /**
     * Sends one message with descriptors, which stay ours too (sendmsg(2), unix(7)); never waits.
     *
     * @param address where to
     * @param descriptors at most {@link #MOST_DESCRIPTORS}
     */
    void send(int fd, byte[] address, byte[] text, int[] descriptors) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var message = message(arena, bytes(arena, text), text.length, descriptors.length);
            message.set(LONG, 0, bytes(arena, address));
            message.set(INT, 8, address.length);
            if (descriptors.length > 0) {
                var control =
                        MemorySegment.ofAddress(message.get(LONG, 32)).reinterpret(controlSpace(descriptors.length));
                control.set(LONG, 0, 16 + 4L * descriptors.length); // cmsg_len
                control.set(INT, 8, SOL_SOCKET);
                control.set(INT, 12, SCM_RIGHTS);
                for (int i = 0; i < descriptors.length; i++) {
                    control.set(INT, 16 + 4L * i, descriptors[i]);
                }
            }
            simple("sendmsg", sendmsg, fd, message.address(), MSG_DONTWAIT | MSG_NOSIGNAL);
        }
    }

    /** Takes a message that is there already; its descriptors are not inherited by children (recvmsg(2)). Never waits. */
    DescriptorPost.Message receive(int fd) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocate(LONGEST_MESSAGE);
            var message = message(arena, text.address(), LONGEST_MESSAGE, MOST_DESCRIPTORS);
            int length = simple("recvmsg", recvmsg, fd, message.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
            var descriptors = new ArrayList<Integer>();
            if (message.get(LONG, 40) >= 16) {
                var control =
                        MemorySegment.ofAddress(message.get(LONG, 32)).reinterpret(controlSpace(MOST_DESCRIPTORS));
                if (control.get(INT, 8) == SOL_SOCKET && control.get(INT, 12) == SCM_RIGHTS) {
                    for (long at = 16; at + 4 <= control.get(LONG, 0); at += 4) {
                        descriptors.add(control.get(INT, at));
                    }
                }
            }
            return new DescriptorPost.Message(
                    new String(text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8),
                    descriptors);
        }
    }

    /** From now on each message of a Unix socket comes with who has sent it (SO_PASSCRED, unix(7)). */
    void nameSenders(int fd) throws Failure {
        try (var arena = Arena.ofConfined()) {
            long on = arena.allocateFrom(INT, 1).address();
            simple("setsockopt", setsockopt, fd, SOL_SOCKET, SO_PASSCRED, on, INT.byteSize());
        }
    }

    /**
     * A message and who has sent it.
     *
     * @param pid the sender's, as the kernel knows it; 0 if that is outside of our view of processes
     * @param user the sender's user
     * @param whole whether all of it fitted
     * @param text a character for each byte
     * @param descriptors what came with it, ours to close
     */
    record Signed(int pid, int user, boolean whole, String text, List<Integer> descriptors) {}

    /** The next message of at most {@code most} bytes; waits for it. Empty, and of nobody, after {@link #endReceiving}. */
    Signed receiveSigned(int fd, int most) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocate(most);
            // Room for the sender's credentials and a few descriptors; of more the kernel gives us none.
            var message = message(arena, text.address(), most, 12);
            int length = simple("recvmsg", recvmsg, fd, message.address(), MSG_CMSG_CLOEXEC);
            var control = MemorySegment.ofAddress(message.get(LONG, 32)).reinterpret(controlSpace(12));
            int pid = 0;
            int user = -1;
            var descriptors = new ArrayList<Integer>();
            long end = message.get(LONG, 40);
            for (long at = 0; at + 16 <= end; at += Math.max(16, (control.get(LONG, at) + 7) & ~7L)) {
                int type = control.get(INT, at + 8) == SOL_SOCKET ? control.get(INT, at + 12) : 0;
                if (type == SCM_CREDENTIALS) {
                    pid = control.get(INT, at + 16);
                    user = control.get(INT, at + 20);
                } else if (type == SCM_RIGHTS) {
                    for (long one = at + 16; one + 4 <= at + control.get(LONG, at); one += 4) {
                        descriptors.add(control.get(INT, one));
                    }
                }
            }
            boolean whole = (message.get(INT, 48) & MSG_TRUNC) == 0;
            var bytes = text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            return new Signed(pid, user, whole, new String(bytes, StandardCharsets.ISO_8859_1), descriptors);
        }
    }

    /** Ends every {@link #receiveSigned} of a socket, the one under way too. */
    void endReceiving(int fd) throws Failure {
        simple("shutdown", shutdown, fd, SHUT_RD);
    }

    /** A {@code struct msghdr} of 64-bit Linux with one part of text and, for descriptors, room in a {@code cmsghdr}. */
    private static MemorySegment message(Arena arena, long text, long length, int descriptors) {
        var part = arena.allocate(16, 8);
        part.set(LONG, 0, text);
        part.set(LONG, 8, length);
        var message = arena.allocate(56, 8);
        message.set(LONG, 16, part.address());
        message.set(LONG, 24, 1);
        if (descriptors > 0) {
            message.set(LONG, 32, arena.allocate(controlSpace(descriptors), 8).address());
            message.set(LONG, 40, controlSpace(descriptors));
        }
        return message;
    }

    private static long controlSpace(int descriptors) {
        return 16 + (4L * descriptors + 7) / 8 * 8;
    }

    /** A socket's own address, a {@code sockaddr} of its family (getsockname(2)). */
    byte[] socketName(int fd) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var address = arena.allocate(128, 8);
            var length = arena.allocate(INT);
            length.set(INT, 0, 128);
            simple("getsockname", getsockname, fd, address.address(), length.address());
            return address.asSlice(0, Math.min(length.get(INT, 0), 128)).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Whether a socket is for datagrams (SO_TYPE, socket(7)). */
    boolean isForDatagrams(int fd) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var type = arena.allocate(INT);
            var length = arena.allocate(INT);
            length.set(INT, 0, (int) INT.byteSize());
            simple("getsockopt", getsockopt, fd, SOL_SOCKET, SO_TYPE, type.address(), length.address());
            return type.get(INT, 0) == SOCK_DGRAM;
        }
    }

    /** Makes an inherited descriptor like those that we open ourselves: not for our children, and never waited on. */
    void takeOver(int fd) throws Failure {
        simple("fcntl", fcntl, fd, F_SETFD, FD_CLOEXEC);
        simple("fcntl", fcntl, fd, F_SETFL, simple("fcntl", fcntl, fd, F_GETFL, 0) | O_NONBLOCK);
    }

    private static long bytes(Arena arena, byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes).address();
    }

    private static long string(Arena arena, String text) {
        return arena.allocateFrom(text).address();
    }

    private static long strings(Arena arena, List<String> strings) {
        var array = arena.allocate(LONG, strings.size() + 1L); // the last stays NULL
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(LONG, i, string(arena, strings.get(i)));
        }
        return array.address();
    }

    /** A call that returns -1 and sets errno where it fails. */
    private int simple(String name, MemorySegment function, long... arguments) throws Failure {
        try (var arena = Arena.ofConfined()) {
            var errno = arena.allocate(ERRNO);
            return check(name, errno, call(errno, function, arguments));
        }
    }

    private int check(String name, MemorySegment errno, long result) throws Failure {
        if ((int) result < 0) {
            throw failure(name, (int) ERRNO_VALUE.get(errno, 0L));
        }
        return (int) result;
    }

    /** The posix_spawn family returns the errno itself. */
    private void spawnCall(MemorySegment function, long... arguments) throws Failure {
        try (var arena = Arena.ofConfined()) {
            int result = (int) call(arena.allocate(ERRNO), function, arguments);
            if (result != 0) {
                throw failure("posix_spawn", result);
            }
        }
    }

    private Failure failure(String name, int errno) {
        try (var arena = Arena.ofConfined()) {
            long text = call(arena.allocate(ERRNO), strerror, errno);
            return new Failure(
                    name, errno, MemorySegment.ofAddress(text).reinterpret(256).getString(0));
        }
    }

    private long call(MemorySegment errno, MemorySegment function, long... arguments) {
        var a = Arrays.copyOf(arguments, 6);
        try {
            return (long) call.invokeExact(function, errno, a[0], a[1], a[2], a[3], a[4], a[5]);
        } catch (Throwable t) {
            throw new AssertionError("a native call was bound wrongly", t);
        }
    }

    private MemorySegment symbol(String name) {
        return symbols.find(name).orElseThrow(() -> new MissingSymbol(name));
    }

    /** A function that this C library lacks. */
    private static final class MissingSymbol extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingSymbol(String name) {
            super(name);
        }
    }
}
