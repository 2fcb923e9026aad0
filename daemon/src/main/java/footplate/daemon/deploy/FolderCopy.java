package footplate.daemon.deploy;

import footplate.daemon.config.Refused;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Copies an app's folder: all that is in it, with its modes and times, and by root with its owners; links as links; no file
 * is shared with the original. What version control keeps beside the files (.git, .hg, .svn) stays behind, and so do
 * sockets and pipes, which is told.
 *
 * <p>Everything is opened from the folder that holds it, and no link is followed (openat(2), O_NOFOLLOW): who owns the
 * folder may change it meanwhile, and could otherwise have root's daemon copy what its owner may not read.
 */
final class FolderCopy {
    private static final Set<String> LEFT_BEHIND = Set.of(".git", ".hg", ".svn");

    private static final String BROKEN_OFF = "the copy was broken off";
    private static final long PIECE = 8 << 20;
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<StandardOpenOption> NEW =
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path from;
    private final Path to;
    private final Path never;
    private final Budget budget;
    private final Consumer<String> notes;
    private final boolean root;

    private FolderCopy(Path from, Path to, Path never, Budget budget, Consumer<String> notes) throws IOException {
        this.from = from;
        this.to = to;
        this.never = never;
        this.budget = budget;
        this.notes = notes;
        this.root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    /**
     * Copies.
     *
     * @param to not there yet
     * @param never a folder that is not copied where it is inside: the home, which holds the copy
     * @throws Refused if it is more than its budget, or nested deeper than 200 folders
     */
    static void copy(Path from, Path to, Path never, Budget budget, Consumer<String> notes)
            throws IOException, Refused {
        var copy = new FolderCopy(from, to, never, budget, notes);
        try (var folder = FileTree.open(from)) {
            copy.refuseDetour(folder);
            copy.folder(folder, from.relativize(from), 0);
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
    }

    /** A link of somebody's that leads root to the folder of somebody else is not followed, wherever on the way it is. */
    private void refuseDetour(SecureDirectoryStream<Path> folder) throws IOException, Refused {
        if (!root) {
            return;
        }
        var opened = folder.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
        for (var part = from.toAbsolutePath(); part != null; part = part.getParent()) {
            var its = Files.readAttributes(part, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            boolean foreign = !its.owner().equals(opened.owner())
                    && !Integer.valueOf(0).equals(Files.getAttribute(part, "unix:uid", LinkOption.NOFOLLOW_LINKS));
            if (its.isSymbolicLink() && foreign) {
                throw new Refused(
                        part.toString(),
                        "is a link of " + its.owner().getName() + " that leads to a folder of "
                                + opened.owner().getName(),
                        "Name the folder itself.");
            }
        }
        var there = Files.readAttributes(from, PosixFileAttributes.class);
        if (!Objects.equals(there.fileKey(), opened.fileKey())) {
            throw new Refused(from.toString(), "is another folder than a moment before", "Deploy it again.");
        }
    }

    private void folder(SecureDirectoryStream<Path> folder, Path inside, int level) throws IOException, Refused {
        if (level > FileTree.MOST_LEVELS) {
            throw new Refused(
                    from.resolve(inside).toString(),
                    "is nested deeper than " + FileTree.MOST_LEVELS + " folders",
                    "Leave out what the app does not need.");
        }
        budget.file();
        var copy = to.resolve(inside);
        Files.createDirectory(copy, OWNER_FOLDER);
        for (var entry : folder) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException(BROKEN_OFF);
            }
            entry(folder, entry.getFileName(), inside);
        }
        // Last: a folder's time is that of the last change in it, and it may allow no more of them.
        var original = folder.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
        asOriginal(copy, original, EnumSet.of(PosixFilePermission.OWNER_EXECUTE));
    }

    private void entry(SecureDirectoryStream<Path> folder, Path name, Path insideParent) throws IOException, Refused {
        var inside = insideParent.resolve(name);
        if (LEFT_BEHIND.contains(name.toString()) || from.resolve(inside).equals(never)) {
            return;
        }
        try {
            var attributes = folder.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (attributes.isDirectory()) {
                try (var deeper = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    folder(deeper, inside, inside.getNameCount());
                }
            } else if (attributes.isSymbolicLink()) {
                budget.file();
                link(inside, attributes);
            } else if (attributes.isRegularFile()) {
                budget.file();
                file(folder, name, to.resolve(inside), attributes);
            } else {
                notes.accept(inside + " is a socket, pipe or device: it is left out");
            }
        } catch (AccessDeniedException denied) {
            throw new AccessDeniedException(from.resolve(inside).toString());
        } catch (ClosedByInterruptException asked) {
            throw new InterruptedIOException(BROKEN_OFF);
        } catch (FileSystemException | InterruptedIOException told) {
            throw told;
        } catch (IOException failure) {
            // A link that was no link a moment before, among others.
            throw new FileSystemException(from.resolve(inside).toString(), null, failure.getMessage());
        }
    }

    /** Its text is all that is taken of a link: what the way to it may lead to by now has no secrets in its links. */
    private void link(Path inside, PosixFileAttributes attributes) throws IOException {
        var copy = Files.createSymbolicLink(to.resolve(inside), Files.readSymbolicLink(from.resolve(inside)));
        if (root) {
            own(copy, attributes);
        }
    }

    private void file(SecureDirectoryStream<Path> folder, Path name, Path copy, PosixFileAttributes attributes)
            throws IOException, Refused {
        try (var in = folder.newByteChannel(name, READ);
                var out = Files.newByteChannel(copy, NEW, OWNER_FILE)) {
            pour(in, out);
        }
        asOriginal(copy, attributes, EnumSet.noneOf(PosixFilePermission.class));
    }

    private void pour(SeekableByteChannel in, SeekableByteChannel out) throws IOException, Refused {
        if (!(in instanceof FileChannel file)) {
            throw new IOException("a file has no channel of its own");
        }
        for (long at = 0; ; ) {
            long poured = file.transferTo(at, PIECE, out);
            if (poured <= 0) {
                return;
            }
            at += poured;
            budget.bytes(poured);
        }
    }

    /** Owner, mode and time; at least what its owner needs to run or delete it, and no set-user-ID bits. */
    private void asOriginal(Path copy, PosixFileAttributes original, Set<PosixFilePermission> least)
            throws IOException {
        if (root) {
            own(copy, original);
        }
        var permissions = EnumSet.copyOf(least);
        permissions.addAll(original.permissions());
        permissions.add(PosixFilePermission.OWNER_READ);
        permissions.add(PosixFilePermission.OWNER_WRITE);
        Files.setPosixFilePermissions(copy, permissions);
        var view = Files.getFileAttributeView(copy, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setTimes(original.lastModifiedTime(), null, null);
    }

    private static void own(Path copy, PosixFileAttributes original) throws IOException {
        var view = Files.getFileAttributeView(copy, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setOwner(original.owner());
        view.setGroup(original.group());
    }
}
