package footplate.daemon.keep;

import footplate.core.name.RunId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/**
 * The secret words by which processes are known as ours: each run's own, and one for all of this home. They follow from
 * a secret kept in the home, so that the next daemon knows its predecessor's processes.
 */
public final class Tokens {
    private static final int BYTES = 32;
    private final byte[] secret;

    private Tokens(byte[] secret) {
        this.secret = secret.clone();
    }

    /** Words that nobody else can know, for one daemon's life. */
    public static Tokens forOnce() {
        var secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return new Tokens(secret);
    }

    /** The words of a home; its secret is made if there is none. */
    public static Tokens of(Path home) throws IOException {
        var file = home.resolve("secret");
        var fresh = new byte[BYTES];
        new SecureRandom().nextBytes(fresh);
        try (var channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(ByteBuffer.wrap(fresh));
            return new Tokens(fresh);
        } catch (FileAlreadyExistsException there) {
            var secret = Files.readAllBytes(file);
            if (secret.length == BYTES) {
                return new Tokens(secret);
            }
            // Cut short by a full disk: nothing was started with it.
            Files.write(file, fresh);
            return new Tokens(fresh);
        }
    }

    /** The word of one run: 32 hexadecimal digits. */
    public String of(RunId run) {
        return word("run " + run);
    }

    /** The word of every process of this home: 32 hexadecimal digits. */
    public String ofHome() {
        return word("home");
    }

    /** What the cookies of this home are signed with. */
    public String ofCookies() {
        return word("cookies");
    }

    private String word(String about) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret);
            digest.update(about.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
