package footplate.daemon.os;

import footplate.core.supervise.ProcessId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the kernel tells about processes in /proc (proc(5)). */
final class Proc {
    private static final Path ROOT = Path.of("/proc");

    private Proc() {}

    /**
     * One line of /proc/PID/stat.
     *
     * @param state R, S, D, T, Z …
     * @param session PID of the session's leader
     * @param cpuTicks user and system time, without children
     * @param rssPages resident memory
     */
    record Stat(
            int pid, char state, int parent, int group, int session, long cpuTicks, long startTicks, long rssPages) {
        /** Ended, whether or not its parent has taken notice. */
        boolean ended() {
            return state == 'Z' || state == 'X';
        }
    }

    /** Empty if there is no such process. */
    static Optional<Stat> stat(int pid) {
        try {
            return Optional.of(parse(Files.readString(of(pid, "stat"), StandardCharsets.ISO_8859_1)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The name in field 2 may hold spaces and parentheses itself, so the last parenthesis ends it. */
    static Stat parse(String line) {
        int open = line.indexOf(" (");
        int close = line.lastIndexOf(") ");
        if (open < 0 || close < open) {
            throw new IllegalArgumentException("not a line of /proc/PID/stat: " + line);
        }
        var fields = line.substring(close + 2).trim().split(" ", -1); // fields[0] is field 3
        return new Stat(
                Integer.parseInt(line.substring(0, open)),
                fields[0].charAt(0),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3]),
                Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                Long.parseLong(fields[19]),
                Long.parseLong(fields[21]));
    }

    /** Whether this very process runs (and is not a zombie). */
    static boolean runs(ProcessId id) {
        return stat(id.pid())
                .filter(now -> now.startTicks() == id.startTicks() && !now.ended())
                .isPresent();
    }

    /** PIDs of all processes at about this moment. */
    static List<Integer> pids() {
        var pids = new ArrayList<Integer>();
        try (var entries = Files.newDirectoryStream(ROOT, Proc::isPid)) {
            entries.forEach(
                    entry -> pids.add(Integer.valueOf(entry.getFileName().toString())));
        } catch (IOException | DirectoryIteratorException failure) {
            throw new IllegalStateException("/proc cannot be read", failure);
        }
        return pids;
    }

    private static boolean isPid(Path entry) {
        return Character.isDigit(entry.getFileName().toString().charAt(0));
    }

    /** The user a process runs as; empty if it is gone. */
    static OptionalInt user(int pid) {
        try {
            return OptionalInt.of((int) Files.getAttribute(ROOT.resolve(Integer.toString(pid)), "unix:uid"));
        } catch (IOException gone) {
            return OptionalInt.empty();
        }
    }

    /** A variable of the environment a process was started with; empty if it has none, or cannot be asked. */
    static Optional<String> variable(int pid, String name) {
        try {
            var environment = Files.readString(of(pid, "environ"), StandardCharsets.ISO_8859_1);
            for (var entry : environment.split("\0", -1)) {
                if (entry.startsWith(name + "=")) {
                    return Optional.of(entry.substring(name.length() + 1));
                }
            }
        } catch (IOException goneOrNotOurs) {
            // nobody to ask
        }
        return Optional.empty();
    }

    /** Whether the environment a process was started with holds {@code entry} ({@code NAME=value}). */
    static boolean started(int pid, String entry) {
        String environment;
        try {
            // The kernel hands out bytes; Latin-1 keeps each of them one character.
            environment = Files.readString(of(pid, "environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
        return holds(environment, entry);
    }

    /**
     * Whether a process has an environment that can be read, and {@code entry} is not in it. One that has written its
     * title over its environment (as Ruby and Perl do) has none that could be read.
     */
    static boolean startedWithout(int pid, String entry) {
        String environment;
        try {
            environment = Files.readString(of(pid, "environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
        return environment.indexOf('=') > 0 && !holds(environment, entry);
    }

    /** Whether the environment a process was started with is empty, or cannot be read. */
    static boolean showsNoEnvironment(int pid) {
        try {
            return Files.readString(of(pid, "environ"), StandardCharsets.ISO_8859_1)
                    .isEmpty();
        } catch (IOException goneOrNotOurs) {
            return true;
        }
    }

    private static boolean holds(String environment, String entry) {
        int at = environment.indexOf(entry);
        while (at >= 0) {
            int end = at + entry.length();
            boolean starts = at == 0 || environment.charAt(at - 1) == '\0';
            if (starts && (end == environment.length() || environment.charAt(end) == '\0')) {
                return true;
            }
            at = environment.indexOf(entry, at + 1);
        }
        return false;
    }

    static Path of(int pid, String file) {
        return ROOT.resolve(Integer.toString(pid)).resolve(file);
    }

    /** Bytes per page of memory. */
    static long pageSize() {
        return Auxiliary.PAGE_SIZE;
    }

    /** Clock ticks per second, the unit of times in stat. */
    static long ticksPerSecond() {
        return Auxiliary.TICKS_PER_SECOND;
    }

    /** The kernel's note to each program about the machine (getauxval(3)): pairs of machine words. */
    private static final class Auxiliary {
        private static final long AT_PAGESZ = 6;
        private static final long AT_CLKTCK = 17;
        private static final long PAGE_SIZE = read(AT_PAGESZ, 4096);
        private static final long TICKS_PER_SECOND = read(AT_CLKTCK, 100);

        private static long read(long wanted, long otherwise) {
            try {
                var words = ByteBuffer.wrap(Files.readAllBytes(ROOT.resolve("self/auxv")))
                        .order(ByteOrder.nativeOrder());
                while (words.remaining() >= 16) {
                    long type = words.getLong();
                    long value = words.getLong();
                    if (type == wanted) {
                        return value;
                    }
                }
                return otherwise;
            } catch (IOException unreadable) {
                return otherwise;
            }
        }
    }
}
