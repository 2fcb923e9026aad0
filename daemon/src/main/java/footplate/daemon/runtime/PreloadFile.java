package footplate.daemon.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The preload of Node apps, on disk where Node can load it. Its name holds a digest of its content, so that apps started by an older
 * daemon, and the helpers they start, go on loading the one they know.
 */
public final class PreloadFile {
    /** The file's name, as a regular expression. */
    static final String NAME = "footplate-preload-[0-9a-f]{16}\\.cjs";

    private PreloadFile() {}

    /**
     * Makes sure that the file is there, complete, in {@code folder}.
     *
     * @return its absolute path
     * @throws IOException if it cannot be written there
     */
    public static Path in(Path folder) throws IOException {
        byte[] content;
        try (InputStream resource = PreloadFile.class.getResourceAsStream("preload.cjs")) {
            if (resource == null) {
                throw new IllegalStateException("preload.cjs is not among the daemon's classes");
            }
            content = resource.readAllBytes();
        }
        var file = folder.toAbsolutePath().resolve("footplate-preload-" + digest(content) + ".cjs");
        if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
            var draft = Files.createTempFile(folder, "preload", ".new");
            try {
                Files.write(draft, content);
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
        }
        return file;
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
