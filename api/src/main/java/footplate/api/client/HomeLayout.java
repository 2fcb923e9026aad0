package footplate.api.client;

import footplate.api.v1.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where things are in a Footplate's home folder; the one place that knows, for the daemon and for whoever talks to it.
 *
 * @param home absolute; mode 0700
 */
public record HomeLayout(Path home) {
    /** The environment variable that names the home. */
    public static final String VARIABLE = "FOOTPLATE_HOME";

    private static final Set<PosixFilePermission> OWNER_ONLY = Set.copyOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    /** A home that cannot be used. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        Unusable(String where, String what, String mend) {
            super(where + ": " + what, null, false, false);
            this.problem = new Problem(where, what, mend);
        }

        public Problem problem() {
            return problem;
        }
    }

    public HomeLayout {
        home = home.toAbsolutePath().normalize();
    }

    /**
     * {@return the home that an environment names: {@code FOOTPLATE_HOME}, or {@code .footplate} in {@code HOME}}
     *
     * @throws Unusable if neither is set, or the path is relative or none
     */
    public static HomeLayout of(Map<String, String> environment) throws Unusable {
        String named = environment.get(VARIABLE);
        if (named != null && !named.isEmpty()) {
            return new HomeLayout(absolute(VARIABLE, named));
        }
        String user = environment.get("HOME");
        if (user == null || user.isEmpty()) {
            throw new Unusable(
                    VARIABLE,
                    "there is no home folder: neither " + VARIABLE + " nor HOME is set",
                    "Set " + VARIABLE + " to a folder of your own, such as /var/lib/footplate.");
        }
        return new HomeLayout(absolute("HOME", user).resolve(".footplate"));
    }

    private static Path absolute(String variable, String text) throws Unusable {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException _) {
            // Told below: the same cure.
        }
        throw new Unusable(
                variable, "must be an absolute path, but is '" + text + "'", "Set it to a path that begins with '/'.");
    }

    /** Unix socket of the control API. */
    public Path controlSocket() {
        return SocketPath.of(home, "control.sock");
    }

    /** Where a new daemon meets the one it takes over from; there only during an upgrade. */
    public Path handoverSocket() {
        return SocketPath.of(home, "handover.sock");
    }

    /** Where the new one is sent the listening sockets; there only during an upgrade. */
    public Path handoverBox() {
        return handoverSocket().resolveSibling("handover.box");
    }

    /** What the background daemon writes to its standard output and error. */
    public Path daemonLog() {
        return home.resolve("daemon.log");
    }

    /** Locked by the background daemon as long as it lives. */
    public Path lock() {
        return home.resolve("daemon.lock");
    }

    /** The daemon's PID in decimal; removed when it says goodbye, so one without a daemon tells of a sudden death. */
    public Path pidFile() {
        return home.resolve("daemon.pid");
    }

    /** The apps' definitions and what is known of their processes; holds environments. */
    public Path stateFile() {
        return home.resolve("state.json");
    }

    /**
     * The apps' releases: their code, and what they were started with; holds environments. A daemon of root whose apps run
     * as other users has them in {@code /var/lib/footplate-HASH-releases} instead.
     */
    public Path releases() {
        return home.resolve("releases");
    }

    /** The apps' output. */
    public Path logs() {
        return home.resolve("logs");
    }

    /** Bodies that do not fit into memory; nothing in it outlives its request. */
    public Path temporary() {
        return home.resolve("tmp");
    }

    /** Homes of foreground runs, each named by its PID. */
    public Path runs() {
        return home.resolve("run");
    }

    /** Home of the foreground run of a process. */
    public HomeLayout run(long pid) {
        return new HomeLayout(runs().resolve(Long.toString(pid)));
    }

    /**
     * {@return the homes of foreground runs that have a control socket, ordered by PID; some may be dead}
     *
     * @throws Unusable if the folder is there and cannot be read
     */
    public List<HomeLayout> foregroundRuns() throws Unusable {
        List<HomeLayout> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(runs())) {
            for (Path folder : folders) {
                HomeLayout run = new HomeLayout(folder);
                if (run.foregroundPid() > 0 && Files.exists(run.controlSocket())) {
                    found.add(run);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of();
        } catch (IOException cannot) {
            throw new Unusable(
                    runs().toString(),
                    "cannot be read: " + cannot.getMessage(),
                    "Give it back to its owner with mode 0700.");
        }
        if (found.size() > 1) {
            found.sort((one, other) -> Long.compare(one.foregroundPid(), other.foregroundPid()));
        }
        return found;
    }

    /** {@return the PID in the folder's name; 0 if it is none} */
    private long foregroundPid() {
        try {
            return Math.max(0, Long.parseLong(String.valueOf(home.getFileName())));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /**
     * {@return the PID in the PID file; null if there is no file or no PID in it}
     */
    public @Nullable Long writtenPid() {
        try {
            long pid = Long.parseLong(Files.readString(pidFile()).trim());
            return pid > 0 ? pid : null;
        } catch (IOException | NumberFormatException _) {
            return null;
        }
    }

    /**
     * Makes the home and, where the control socket is elsewhere, its folder: mode 0700, ours. Does nothing to one that is there, except that
     * others' rights are taken away.
     *
     * @throws Unusable if it cannot be made or belongs to somebody else
     */
    public void make() throws Unusable {
        makePrivate(home);
        checkOurs();
        Path sockets = controlSocket().getParent();
        if (sockets != null && !sockets.equals(home)) {
            // In /tmp anybody may have put a link there before us: it must not lead our chmod to a folder it points at.
            if (Files.exists(sockets, LinkOption.NOFOLLOW_LINKS)) {
                checkOwner(sockets, owner(home));
            }
            makePrivate(sockets);
            checkOwner(sockets, owner(home));
        }
    }

    /**
     * Makes sure before a socket is trusted that nobody else can have put it there.
     *
     * @throws Unusable if the socket's folder is a link, not ours, or open to others; not if it is missing
     */
    public void checkPrivate() throws Unusable {
        Path sockets = controlSocket().getParent();
        if (sockets == null || !Files.exists(sockets, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!sockets.equals(home)) {
            checkOwner(sockets, owner(home));
            if (!attributes(sockets).permissions().equals(OWNER_ONLY)) {
                throw new Unusable(sockets.toString(), "is open to other users", "chmod 0700 " + sockets);
            }
        }
    }

    /**
     * Makes sure before a daemon lives in the home that it is the caller's own. Root may talk to anybody's daemon, but one of root's in somebody's home
     * would leave files there that their owner could not use.
     *
     * @throws Unusable if it belongs to somebody else
     */
    public void checkOurs() throws Unusable {
        try {
            Integer us = effectiveUser();
            if (us != null && !us.equals(Files.getAttribute(home, "unix:uid"))) {
                throw new Unusable(
                        home.toString(),
                        "belongs to somebody else, " + owner(home).getName(),
                        "Call as that user, or set " + VARIABLE + " to another folder.");
            }
        } catch (IOException cannot) {
            throw new Unusable(
                    home.toString(), "cannot be read: " + reason(cannot), "It must be yours with mode 0700.");
        }
    }

    /** Who we are in the kernel's words, which Java has no call for; null where there is no /proc. */
    private static @Nullable Integer effectiveUser() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return null;
        }
        for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
            // proc_pid_status(5): real, effective, saved set and file system UIDs.
            if (line.startsWith("Uid:")) {
                return Integer.valueOf(line.split("\\s+", -1)[2]);
            }
        }
        return null;
    }

    private static void makePrivate(Path folder) throws Unusable {
        try {
            Path parent = folder.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException _) {
            narrow(folder);
        } catch (IOException cannot) {
            throw new Unusable(
                    folder.toString(),
                    "cannot be made: " + reason(cannot),
                    "Make it yourself with mode 0700, or set " + VARIABLE + " to another folder.");
        }
    }

    private static void narrow(Path folder) throws Unusable {
        // A home may be a link to another disk; what it leads to must be a folder of ours.
        if (!Files.isDirectory(folder)) {
            throw new Unusable(
                    folder.toString(), "is not a folder", "Move it away, or set " + VARIABLE + " to another folder.");
        }
        try {
            if (!Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
                Files.setPosixFilePermissions(folder, OWNER_ONLY);
            }
        } catch (IOException cannot) {
            throw new Unusable(
                    folder.toString(),
                    "cannot be made private: " + reason(cannot),
                    "It must be yours with mode 0700; or set " + VARIABLE + " to another folder.");
        }
    }

    private static void checkOwner(Path folder, UserPrincipal expected) throws Unusable {
        PosixFileAttributes found = attributes(folder);
        if (!found.isDirectory() || !found.owner().equals(expected)) {
            throw new Unusable(
                    folder.toString(),
                    "is a link or belongs to somebody else",
                    "Have it removed, or set " + VARIABLE + " to a shorter path.");
        }
    }

    private static UserPrincipal owner(Path folder) throws Unusable {
        try {
            return Files.getOwner(folder);
        } catch (IOException cannot) {
            throw new Unusable(
                    folder.toString(), "cannot be read: " + reason(cannot), "It must be yours with mode 0700.");
        }
    }

    private static PosixFileAttributes attributes(Path folder) throws Unusable {
        try {
            return Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException cannot) {
            throw new Unusable(
                    folder.toString(), "cannot be read: " + reason(cannot), "It must be yours with mode 0700.");
        }
    }

    /** The exceptions of java.nio.file often have nothing but the path as their message. */
    private static String reason(IOException failure) {
        return switch (failure) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such folder";
            case java.nio.file.FileSystemException system when system.getReason() != null -> system.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
