package footplate.daemon.deploy;

import footplate.daemon.config.Refused;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies an app's folder: all that is in it, with its modes and times, links as links; no file is shared with the original.
 * What version control keeps beside the files (.git, .hg, .svn) stays behind, and so do sockets and pipes, which is told.
 */
final class FolderCopy extends SimpleFileVisitor<Path> {
    private static final Set<String> LEFT_BEHIND = Set.of(".git", ".hg", ".svn");
    private static final int SPECIAL_BITS = 07000;

    private final Path from;
    private final Path to;
    private final Path never;
    private final Budget budget;
    private final Consumer<String> notes;
    private final List<Path> made = new ArrayList<>();
    private @Nullable Refused refused;

    private FolderCopy(Path from, Path to, Path never, Budget budget, Consumer<String> notes) {
        this.from = from;
        this.to = to;
        this.never = never;
        this.budget = budget;
        this.notes = notes;
    }

    /**
     * Copies.
     *
     * @param to not there yet
     * @param never a folder that is not copied where it is inside: the home, which holds the copy
     * @throws Refused if it is more than its budget
     */
    static void copy(Path from, Path to, Path never, Budget budget, Consumer<String> notes)
            throws IOException, Refused {
        var copy = new FolderCopy(from, to, never, budget, notes);
        Files.walkFileTree(from, copy);
        var refused = copy.refused;
        if (refused != null) {
            throw refused;
        }
        // From the inside out: a folder's time is that of the last change in it, and it may allow no more of them.
        for (var folder : copy.made.reversed()) {
            var original = from.resolve(to.relativize(folder).toString());
            Files.setLastModifiedTime(folder, Files.getLastModifiedTime(original));
            Files.setPosixFilePermissions(folder, permissions(original));
        }
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
        if (leftBehind(folder) || folder.equals(never)) {
            return FileVisitResult.SKIP_SUBTREE;
        }
        var copy = to.resolve(from.relativize(folder).toString());
        Files.createDirectory(copy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        made.add(copy);
        return counted(0);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (leftBehind(file)) {
            return FileVisitResult.CONTINUE;
        }
        if (attributes.isOther()) {
            notes.accept(from.relativize(file) + " is a socket, pipe or device: it is left out");
            return FileVisitResult.CONTINUE;
        }
        var going = counted(attributes.isRegularFile() ? attributes.size() : 0);
        if (going == FileVisitResult.CONTINUE) {
            var copy = to.resolve(from.relativize(file).toString());
            Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
            if (attributes.isRegularFile() && ((int) Files.getAttribute(copy, "unix:mode") & SPECIAL_BITS) != 0) {
                Files.setPosixFilePermissions(copy, permissions(file));
            }
        }
        return going;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
        if (failure != null) {
            throw failure;
        }
        return FileVisitResult.CONTINUE;
    }

    private FileVisitResult counted(long bytes) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new java.io.InterruptedIOException("the copy was broken off");
        }
        try {
            budget.file();
            budget.bytes(bytes);
            return FileVisitResult.CONTINUE;
        } catch (Refused tooMuch) {
            refused = tooMuch;
            return FileVisitResult.TERMINATE;
        }
    }

    private static boolean leftBehind(Path file) {
        return LEFT_BEHIND.contains(String.valueOf(file.getFileName()));
    }

    /** Those of the owner at least: what nobody may enter, nobody can run or delete. */
    private static Set<PosixFilePermission> permissions(Path original) throws IOException {
        var permissions = Files.getPosixFilePermissions(original);
        permissions.add(PosixFilePermission.OWNER_READ);
        permissions.add(PosixFilePermission.OWNER_WRITE);
        if (Files.isDirectory(original)) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
        }
        return permissions;
    }
}
