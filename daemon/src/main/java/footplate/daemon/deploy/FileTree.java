package footplate.daemon.deploy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * What is done to whole folders. Everything is reached from the folder that holds it, and no link is followed (openat(2),
 * O_NOFOLLOW): what is in a release may be its app's user's, who may put links there while root works.
 */
final class FileTree {
    /** Each level that is worked on holds a descriptor. */
    static final int MOST_LEVELS = 200;

    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");

    private FileTree() {}

    /** Opens a folder; a link to one is followed. The caller closes it. */
    @SuppressWarnings("StreamResourceLeak") // the caller's to close
    static SecureDirectoryStream<Path> open(Path folder) throws IOException {
        var stream = Files.newDirectoryStream(folder);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("this system has no openat(2)");
    }

    /**
     * Deletes a folder with all that is in it; nothing if it is not there.
     *
     * @throws IOException if it cannot be, or is nested deeper than 200 folders; some of it may be gone then
     */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var above = open(folder.resolveSibling(""))) {
            deleteFolder(above, folder, 0);
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
    }

    private static void deleteFolder(SecureDirectoryStream<Path> above, Path folder, int level) throws IOException {
        if (level > MOST_LEVELS) {
            throw new FileSystemException(
                    folder.toString(), null, "it is nested deeper than " + MOST_LEVELS + " folders");
        }
        var name = folder.getFileName();
        try (var inner = openInner(above, folder)) {
            var view = inner.getFileAttributeView(PosixFileAttributeView.class);
            if (!view.readAttributes().permissions().containsAll(OWNERS)) {
                view.setPermissions(OWNERS);
            }
            for (var entry : inner) {
                delete(inner, folder.resolve(entry.getFileName()), level);
            }
        } catch (NoSuchFileException gone) {
            return;
        }
        try {
            above.deleteDirectory(name);
        } catch (NoSuchFileException | DirectoryNotEmptyException written) {
            // Somebody writes into it meanwhile: what is left is swept at the daemon's next start.
        }
    }

    private static void delete(SecureDirectoryStream<Path> holder, Path entry, int level) throws IOException {
        var name = entry.getFileName();
        try {
            if (holder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes()
                    .isDirectory()) {
                deleteFolder(holder, entry, level + 1);
            } else {
                holder.deleteFile(name);
            }
        } catch (NoSuchFileException gone) {
            // somebody was faster
        }
    }

    private static SecureDirectoryStream<Path> openInner(SecureDirectoryStream<Path> above, Path folder)
            throws IOException {
        var name = folder.getFileName();
        try {
            return above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        } catch (AccessDeniedException closed) {
            // Never root's; then all that is here is one user's, and no link takes anybody further than he may go.
            Files.setPosixFilePermissions(folder, OWNERS);
            return above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        } catch (NotDirectoryException turned) {
            throw new FileSystemException(folder.toString(), null, "it was a folder a moment before");
        }
    }
}
