package footplate.yaml;

import footplate.core.config.file.Facts;
import footplate.core.config.file.FileCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A configuration file of this machine. */
public final class FileOnDisk {
    private FileOnDisk() {}

    /**
     * Checks one; its paths are taken from its folder.
     *
     * @param environment what {@code ${NAME}} stands for
     * @throws IOException if the file cannot be read
     */
    public static FileCheck.Outcome check(Path file, Map<String, String> environment) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(YamlText.MOST_BYTES + 1);
        }
        return check(bytes, file.toAbsolutePath().resolveSibling(""), environment::get);
    }

    /**
     * Checks what was read of one before.
     *
     * @param bytes at most one more than {@link YamlText#MOST_BYTES}
     * @param folder where its paths are taken from
     * @param environment what {@code ${NAME}} stands for; null if there is no such variable
     */
    public static FileCheck.Outcome check(byte[] bytes, Path folder, Function<String, @Nullable String> environment) {
        return FileCheck.of(YamlText.read(bytes), new OfFolder(folder, environment));
    }

    /** The same, without a look at the machine: whether what it names is there was seen when it was read first. */
    public static FileCheck.Outcome checkAgain(byte[] bytes, Function<String, @Nullable String> environment) {
        return FileCheck.of(YamlText.read(bytes), new Facts() {
            @Override
            public @Nullable String variable(String name) {
                return environment.apply(name);
            }

            @Override
            public Found folder(String path) {
                return Found.FINE;
            }

            @Override
            public Found file(String path) {
                return Found.FINE;
            }
        });
    }

    private record OfFolder(Path folder, Function<String, @Nullable String> environment) implements Facts {
        @Override
        public @Nullable String variable(String name) {
            return environment.apply(name);
        }

        @Override
        public Found folder(String path) {
            return found(path, true);
        }

        @Override
        public Found file(String path) {
            return found(path, false);
        }

        private Found found(String path, boolean wantsFolder) {
            Path there;
            try {
                there = folder.resolve(path);
            } catch (InvalidPathException _) {
                return Found.NOTHING;
            }
            if (!Files.exists(there)) {
                return Found.NOTHING;
            }
            boolean isFolder = Files.isDirectory(there);
            if (!Files.isReadable(there) || (isFolder && !Files.isExecutable(there))) {
                return Found.UNREADABLE;
            }
            return isFolder == wantsFolder ? Found.FINE : Found.OTHER;
        }
    }
}
