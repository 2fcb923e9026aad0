package footplate.proxy.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;

/**
 * Files below a folder, and none that is not. Links are followed while they stay inside. What was found is opened name by
 * name from the folder on, each by the one before it (openat(2) with O_NOFOLLOW): a link that is put in place of a name
 * between the look and the opening is refused, not followed.
 */
final class Confined {
    private Confined() {}

    /** What a path leads to. */
    sealed interface Look {
        /** A plain file inside. */
        record Plain(Stamp stamp) implements Look {}

        /** A folder inside, or the folder itself. */
        record Folder() implements Look {}

        /** Something else, or something outside. */
        record Refused() implements Look {}
    }

    /**
     * Looks where {@code wanted} leads.
     *
     * @param root without links
     * @param hidden whether what has a name with a dot in front counts as well, or lies in a folder that has
     * @throws IOException if there is nothing, or it may not be read
     */
    static Look look(Path root, Path wanted, boolean hidden) throws IOException {
        var real = wanted.toRealPath();
        if (!real.startsWith(root) || !(hidden || isShown(root.relativize(real)))) {
            return new Look.Refused();
        }
        var attributes = Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            return new Look.Folder();
        }
        return attributes.isRegularFile() ? new Look.Plain(Stamp.of(real, attributes)) : new Look.Refused();
    }

    /** As of paths that clients write: a link counts where it leads. */
    private static boolean isShown(Path below) {
        for (int i = 0; i < below.getNameCount(); i++) {
            var name = below.getName(i).toString();
            if (name.startsWith(".") && !(i == 0 && name.equals(".well-known"))) {
                return false;
            }
        }
        return true;
    }

    /** What was found is not there any more, or is something else by now. */
    static final class Changed extends IOException {
        private static final long serialVersionUID = 1L;

        Changed(Path path) {
            super(path + " changed while it was opened");
        }
    }

    /**
     * Opens what was found.
     *
     * @param exactly whether it must not have been written to since; else it may have become longer
     * @throws Changed if it is not the same any more
     */
    static FileChannel open(Path root, Stamp found, boolean exactly) throws IOException {
        var names = root.relativize(found.real());
        var folder = secure(root);
        try {
            for (int i = 0; i < names.getNameCount() - 1; i++) {
                var next = folder.newDirectoryStream(names.getName(i), LinkOption.NOFOLLOW_LINKS);
                folder.close();
                folder = next;
            }
            var name = names.getFileName();
            var channel = folder.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            try {
                var view = folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                var now = Stamp.of(found.real(), view.readAttributes());
                boolean same = exactly
                        ? now.equals(found) && channel.size() == found.size()
                        : Objects.equals(now.inode(), found.inode()) && channel.size() >= found.size();
                if (!same || !(channel instanceof FileChannel file)) {
                    throw new Changed(found.real());
                }
                return file;
            } catch (IOException | RuntimeException notOpened) {
                channel.close();
                throw notOpened;
            }
        } catch (FileSystemException replaced) {
            // Gone, or a link or a folder by now.
            var changed = new Changed(found.real());
            changed.initCause(replaced);
            throw changed;
        } finally {
            folder.close();
        }
    }

    @SuppressWarnings("StreamResourceLeak") // the caller closes it
    private static SecureDirectoryStream<Path> secure(Path root) throws IOException {
        var stream = Files.newDirectoryStream(root);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IllegalStateException("folders cannot be opened by descriptor here: this is not Linux");
    }
}
