package footplate.daemon.keep;

import footplate.api.client.SocketPath;
import footplate.core.user.Account;
import footplate.daemon.runtime.PreloadFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * What apps of other users need of a daemon of root, outside its home, which is root's alone: the preload, the channel, and
 * for each user a folder that only that user and root can enter, for the sockets of his apps.
 *
 * @param path root's; others can pass through it, and see nothing
 */
public record SharedFolder(Path path) {
    private static final Path RUN = Path.of("/run");
    private static final Path LIB = Path.of("/var/lib");

    /** The one of a home, made if it is missing. */
    public static SharedFolder of(Path home) throws IOException {
        var name = SocketPath.shortFolder(home).getFileName() + "-apps";
        var folder = make((Files.isWritable(RUN) ? RUN : Path.of("/tmp")).resolve(name), "rwx--x--x");
        requireOwner(folder, 0);
        return new SharedFolder(folder);
    }

    /**
     * Where a daemon of root keeps releases: their code is for apps that run as other users, and a home of root's lets
     * nobody through.
     */
    public static Path releases(Path home) {
        return LIB.resolve(SocketPath.shortFolder(home).getFileName() + "-releases");
    }

    /**
     * Lets a user, and nobody else, at the code of a release.
     *
     * @param root an app's folder; one that is in no release of ours is left alone
     */
    static void give(Path root, Account account) throws IOException {
        if (!root.startsWith(LIB) || root.getNameCount() < LIB.getNameCount() + 4) {
            return;
        }
        var store = LIB.resolve(root.getName(LIB.getNameCount()));
        if (!store.getFileName().toString().matches("footplate-[0-9a-f]+-releases")) {
            return;
        }
        // STORE/APP/NUMBER/files
        var release = store.resolve(store.relativize(root).subpath(0, 2));
        var files = release.resolve(store.relativize(root).getName(2));
        if (owner(files) != account.id()) {
            Files.setAttribute(files, "unix:uid", account.id(), LinkOption.NOFOLLOW_LINKS);
        }
        Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(release, PosixFilePermissions.fromString("rwx--x--x"));
    }

    /** The preload, where every app can read it. */
    public Path preload() throws IOException {
        var preload = PreloadFile.in(path);
        Files.setPosixFilePermissions(preload, PosixFilePermissions.fromString("rw-r--r--"));
        return preload;
    }

    /** The folder for the sockets of a user's apps. */
    Path socketsOf(Account account) throws IOException {
        var folder = make(path.resolve("u" + account.id()), "rwx------");
        if (owner(folder) == 0) {
            Files.setAttribute(folder, "unix:uid", account.id(), LinkOption.NOFOLLOW_LINKS);
        }
        requireOwner(folder, account.id());
        return folder;
    }

    /** Every user's folder for sockets. */
    List<Path> sockets() throws IOException {
        try (Stream<Path> folders = Files.list(path)) {
            return folders.filter(folder -> folder.getFileName().toString().matches("u[0-9]+"))
                    .toList();
        }
    }

    private static Path make(Path folder, String mode) throws IOException {
        var permissions = PosixFilePermissions.fromString(mode);
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(permissions));
            // Whatever the umask took away.
            Files.setPosixFilePermissions(folder, permissions);
        } catch (FileAlreadyExistsException _) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(folder + " is no folder; have it removed");
            }
        }
        return folder;
    }

    private static void requireOwner(Path folder, int user) throws IOException {
        if (owner(folder) != user) {
            throw new IOException(
                    folder + " belongs to user " + owner(folder) + " instead of " + user + "; have it removed");
        }
    }

    private static int owner(Path folder) throws IOException {
        return (int) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }
}
