package footplate.core.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.name.HostName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first message of a TLS client (RFC 8446 §4.1.2), of which only the server name is looked at (RFC 6066 §3). It may come in several
 * records (RFC 8446 §5.1), and each of them in parts.
 */
public final class ClientHello {
    /** Most bytes that are looked at, records' headers included. */
    public static final int LONGEST = 16 * 1024;

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final int RECORD_HEAD = 5;
    private static final int MESSAGE_HEAD = 4;
    private static final int LARGEST_RECORD = 16_384;

    private final byte[] bytes;
    private final int end;
    private int at;

    private ClientHello(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    /** What was read. */
    public sealed interface Read {}

    /** There is more to come. */
    public record Incomplete() implements Read {}

    /**
     * It is there.
     *
     * @param serverName in lower case; null if it names none, or none that is a host name
     */
    public record Complete(@Nullable String serverName) implements Read {}

    /** It is no such message, or longer than is looked at. */
    public record Other() implements Read {}

    private static final Read INCOMPLETE = new Incomplete();
    private static final Read OTHER = new Other();

    /**
     * Reads one.
     *
     * @param bytes what came first
     * @param length how many of them there are
     */
    public static Read read(byte[] bytes, int length) {
        var message = new byte[Math.min(length, LONGEST)];
        int size = 0;
        int at = 0;
        while (at < length) {
            if (bytes[at] != HANDSHAKE || (at + 1 < length && bytes[at + 1] != 3)) {
                return OTHER;
            }
            if (length - at < RECORD_HEAD) {
                break;
            }
            int record = number(bytes, at + 3, 2);
            if (record == 0 || record > LARGEST_RECORD) {
                return OTHER;
            }
            at += RECORD_HEAD;
            int part = Math.min(Math.min(record, length - at), message.length - size);
            System.arraycopy(bytes, at, message, size, part);
            size += part;
            at += record;
            if (size > 0 && message[0] != CLIENT_HELLO) {
                return OTHER;
            }
            if (size >= MESSAGE_HEAD) {
                int whole = MESSAGE_HEAD + number(message, 1, 3);
                if (whole > LONGEST) {
                    return OTHER;
                }
                if (size >= whole) {
                    return new ClientHello(message, MESSAGE_HEAD, whole).hello();
                }
            }
        }
        return length >= LONGEST ? OTHER : INCOMPLETE;
    }

    private static int number(byte[] bytes, int at, int count) {
        int number = 0;
        for (int i = 0; i < count; i++) {
            number = (number << 8) | (bytes[at + i] & 0xFF);
        }
        return number;
    }

    private Read hello() {
        // Version and random; then session, ciphers and compressions, each behind its length.
        if (!skip(2 + 32) || !skipBlock(1) || !skipBlock(2) || !skipBlock(1)) {
            return OTHER;
        }
        if (at == end) {
            return new Complete(null);
        }
        int extensions = block(2);
        if (extensions < 0 || at + extensions != end) {
            return OTHER;
        }
        while (at < end) {
            if (end - at < 4) {
                return OTHER;
            }
            int type = number(bytes, at, 2);
            at += 2;
            int length = block(2);
            if (length < 0) {
                return OTHER;
            }
            if (type == SERVER_NAME) {
                return new ClientHello(bytes, at, at + length).names();
            }
            at += length;
        }
        return new Complete(null);
    }

    private Read names() {
        int list = block(2);
        if (list < 0 || at + list != end) {
            return OTHER;
        }
        while (at < end) {
            int type = bytes[at++];
            int length = block(2);
            if (length < 0) {
                return OTHER;
            }
            if (type == 0) {
                return new Complete(host(new String(Arrays.copyOfRange(bytes, at, at + length), US_ASCII)));
            }
            at += length;
        }
        return new Complete(null);
    }

    private static @Nullable String host(String text) {
        try {
            return new HostName(text).value();
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    private boolean skip(int count) {
        at += count;
        return at <= end;
    }

    private boolean skipBlock(int lengthBytes) {
        int length = block(lengthBytes);
        return length >= 0 && skip(length);
    }

    /** The length of a block whose first byte is at hand then; -1 if it does not fit. */
    private int block(int lengthBytes) {
        if (end - at < lengthBytes) {
            return -1;
        }
        int length = number(bytes, at, lengthBytes);
        at += lengthBytes;
        return length <= end - at ? length : -1;
    }
}
