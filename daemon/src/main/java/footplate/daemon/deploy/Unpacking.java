package footplate.daemon.deploy;

import footplate.daemon.config.Refused;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PushbackInputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks an archive (.tar.gz or .tar) that may have been made to do harm: every name stays below the folder, nothing is
 * written through a link, no device is made, and no more is written than the budget allows. Links are looked at when all is there
 * ({@link Confinement}).
 */
final class Unpacking {
    private static final int MOST_PARTS = 200;

    private static final int CHUNK = 1 << 16;

    private final Path archive;
    private final Path to;
    private final Budget budget;
    private final Set<Path> folders = new HashSet<>();

    private Unpacking(Path archive, Path to, Budget budget) {
        this.archive = archive;
        this.to = to;
        this.budget = budget;
    }

    /**
     * Unpacks.
     *
     * @param to not there yet
     * @throws Refused if it is no archive, or not one of an app
     */
    static void unpack(Path archive, Path to, Budget budget) throws IOException, Refused {
        Files.createDirectory(to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        new Unpacking(archive, to, budget).unpack();
    }

    private void unpack() throws IOException, Refused {
        folders.add(to);
        try (var in = opened()) {
            var tar = new TarReader(in);
            for (var entry = next(tar); entry != null; entry = next(tar)) {
                budget.file();
                take(entry, tar);
            }
            readToTheEnd(in);
        }
    }

    /** Behind the last entry there is but padding, and gzip's checksum: only whoever reads that knows that all came whole. */
    private void readToTheEnd(InputStream in) throws Refused {
        var rest = new byte[CHUNK];
        try {
            for (int read = in.read(rest); read >= 0; read = in.read(rest)) {
                budget.bytes(read);
            }
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private TarReader.@org.jspecify.annotations.Nullable Entry next(TarReader tar) throws Refused, IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the unpacking was broken off");
        }
        try {
            return tar.next();
        } catch (IOException broken) {
            throw broken(broken);
        }
    }

    private Refused broken(IOException broken) {
        return refused("cannot be unpacked: " + broken.getMessage(), "Make it anew: tar -czf app.tar.gz -C DIR .");
    }

    private InputStream opened() throws IOException, Refused {
        var file = new PushbackInputStream(new BufferedInputStream(Files.newInputStream(archive), CHUNK), 2);
        int first = file.read();
        int second = file.read();
        if (second >= 0) {
            file.unread(second);
        }
        if (first >= 0) {
            file.unread(first);
        }
        if (first != 0x1f || second != 0x8b) { // RFC 1952 §2.3.1
            return file;
        }
        try {
            return new GZIPInputStream(file, CHUNK);
        } catch (IOException broken) {
            file.close();
            throw refused("is no gzip file: " + broken.getMessage(), "Make it anew: tar -czf app.tar.gz -C DIR .");
        }
    }

    private void take(TarReader.Entry entry, TarReader tar) throws IOException, Refused {
        var place = place(entry.name());
        switch (entry.kind()) {
            case FOLDER -> makeFolder(place);
            case FILE -> {
                makeFree(place, entry.name());
                write(entry, tar, place);
            }
            case LINK -> {
                makeFree(place, entry.name());
                try {
                    Files.createSymbolicLink(place, Path.of(entry.target()));
                } catch (InvalidPathException none) {
                    throw refused("has a link to nothing that can be named: " + entry.name(), "Leave it out.");
                }
            }
            case SAME -> {
                var first = place(entry.target());
                makeFolder(parent(first));
                if (!Files.isRegularFile(first, LinkOption.NOFOLLOW_LINKS)) {
                    throw refused(
                            "has '" + entry.name() + "' as another name of '" + entry.target()
                                    + "', which is no file before it",
                            "Make it anew with tar's --hard-dereference.");
                }
                makeFree(place, entry.name());
                budget.bytes(Files.size(first));
                Files.copy(first, place, StandardCopyOption.COPY_ATTRIBUTES);
            }
            case OTHER ->
                throw refused(
                        "has '" + entry.name() + "', which is no file, folder or link",
                        "Leave out devices, pipes and sparse files.");
        }
    }

    /** Where an entry goes: below the folder, by its name alone. */
    private Path place(String name) throws Refused {
        try {
            var path = Path.of(name);
            boolean climbs = false;
            for (var part : path) {
                climbs |= part.toString().equals("..");
            }
            if (!path.isAbsolute() && !climbs && name.indexOf('\0') < 0) {
                return to.resolve(path).normalize();
            }
        } catch (InvalidPathException none) {
            // Told below: it is no better.
        }
        throw refused(
                "has '" + name + "', which would not be in the release's folder",
                "Pack relative names without '..': tar -czf app.tar.gz -C DIR .");
    }

    /** Makes a folder and those above it, none of which is a link. */
    private void makeFolder(Path folder) throws IOException, Refused {
        if (folders.contains(folder)) {
            return;
        }
        if (folder.getNameCount() - to.getNameCount() > MOST_PARTS) {
            throw refused("has a folder " + MOST_PARTS + " folders deep, and deeper", "Pack it flatter.");
        }
        makeFolder(parent(folder));
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(
                        "has '" + to.relativize(folder) + "' as a folder, and as something else before",
                        "Pack every name once.");
            }
            budget.file();
            Files.createDirectory(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        folders.add(folder);
    }

    /** Of two entries of one name the later counts, as tar does it; a folder stays. */
    private void makeFree(Path place, String name) throws IOException, Refused {
        if (folders.contains(place) || place.equals(to)) {
            throw refused("has '" + name + "' as a folder, and as something else", "Pack every name once.");
        }
        makeFolder(parent(place));
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw refused("has '" + name + "' as a folder, and as something else", "Pack every name once.");
        }
        Files.deleteIfExists(place);
    }

    private static Path parent(Path place) {
        return place.resolveSibling("").toAbsolutePath().normalize();
    }

    private void write(TarReader.Entry entry, TarReader tar, Path place) throws IOException, Refused {
        var buffer = new byte[CHUNK];
        try (var channel = FileChannel.open(place, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (true) {
                int read;
                try {
                    read = tar.read(buffer);
                } catch (IOException broken) {
                    throw broken(broken);
                }
                if (read < 0) {
                    break;
                }
                budget.bytes(read);
                var bytes = java.nio.ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
        Files.setPosixFilePermissions(place, permissions(entry.mode()));
        Files.setLastModifiedTime(place, FileTime.fromMillis(entry.modified() * 1000));
    }

    /** Those that were packed, but for writing by others than the owner, who may do both. */
    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        if ((mode & 0100) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
        }
        if ((mode & 040) != 0) {
            permissions.add(PosixFilePermission.GROUP_READ);
        }
        if ((mode & 010) != 0) {
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
        }
        if ((mode & 04) != 0) {
            permissions.add(PosixFilePermission.OTHERS_READ);
        }
        if ((mode & 01) != 0) {
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }

    private Refused refused(String what, String mend) {
        return new Refused("archive " + archive, what, mend);
    }
}
