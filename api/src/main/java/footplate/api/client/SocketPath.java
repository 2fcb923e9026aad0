package footplate.api.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Where a Unix socket really is when its own path is too long for {@code sockaddr_un} (108 bytes with the NUL on Linux, 104 on macOS).
 *
 * <p>Then it is in {@code /tmp/footplate-HASH/}, where HASH comes from the folder it should be in: both sides find the same place without a word.
 * The folder must be the user's own with mode 0700 ({@link HomeLayout#checkPrivate}); whoever else made it first can only keep us from starting.
 */
public final class SocketPath {
    /** Longest path in bytes that is used as it is: the smaller of the two systems' bounds, less what apps' preloads put behind theirs. */
    public static final int LONGEST = 99;

    private static final int LONGEST_NAME = 64;

    private SocketPath() {}

    /**
     * {@return {@code folder/name}, or the short place for it}
     *
     * @param folder absolute
     * @param name of the socket; 64 bytes at most
     */
    public static Path of(Path folder, String name) {
        int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (nameBytes > LONGEST_NAME) {
            throw new IllegalArgumentException("socket name of " + nameBytes + " bytes: at most " + LONGEST_NAME);
        }
        Path own = folder.resolve(name);
        return own.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST
                ? own
                : shortFolder(folder).resolve(name);
    }

    /** {@return the folder that stands in for a folder with too long a path} */
    public static Path shortFolder(Path folder) {
        byte[] bytes = folder.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8);
        // Two sums with different starts: 64 bits against accidents. Against intent the owner check stands, not the
        // hash.
        var first = new CRC32C();
        first.update(bytes);
        var second = new CRC32C();
        second.update(0x5a);
        second.update(bytes);
        return Path.of("/tmp", "footplate-" + Long.toHexString(first.getValue() << 32 | second.getValue()));
    }
}
