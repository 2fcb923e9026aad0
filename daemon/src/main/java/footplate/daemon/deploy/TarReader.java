package footplate.daemon.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of a tar file one after another: ustar and pax (POSIX.1-2017, pax), and GNU's long names. Whatever it is
 * given, it reads no more than a head ahead and keeps at most {@value #LONGEST} bytes of names.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int LONGEST = 1 << 16;

    /** What an entry is. */
    enum Kind {
        FILE,
        FOLDER,
        /** A symbolic link. */
        LINK,
        /** Another name of a file before it. */
        SAME,
        /** A device, a pipe, and whatever else no app is made of. */
        OTHER
    }

    /**
     * One entry.
     *
     * @param name as it is written: may be anything
     * @param mode permission bits, those above 0777 left out
     * @param modified seconds since 1970
     * @param target of a link or a second name; else empty
     */
    record Entry(Kind kind, String name, int mode, long size, long modified, String target) {}

    /** Heads that say something of the entry behind them; tar writes one or two. */
    private static final int MOST_HEADS = 16;

    private final InputStream in;
    private long left; // of the entry's content
    private long padding; // behind it

    TarReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next entry; null after the last.
     *
     * @throws IOException saying what is wrong with the file
     */
    @Nullable
    Entry next() throws IOException {
        Map<String, String> pax = new HashMap<>();
        for (int heads = 0; ; heads++) {
            if (heads > MOST_HEADS) {
                throw new IOException("an entry has more than " + MOST_HEADS + " heads");
            }
            skip(left + padding);
            left = 0;
            padding = 0;
            var head = in.readNBytes(BLOCK);
            if (head.length == 0 || isEmpty(head)) {
                return null;
            }
            if (head.length < BLOCK) {
                throw new IOException("it ends in the middle of an entry");
            }
            check(head);
            long size = number(head, 124, 12);
            char type = (char) (head[156] & 0xff);
            left = size;
            padding = (BLOCK - size % BLOCK) % BLOCK;
            switch (type) {
                case 'x' -> pax(content(), pax);
                case 'g' -> content();
                case 'L' -> pax.put("path", cut(content()));
                case 'K' -> pax.put("linkpath", cut(content()));
                default -> {
                    return entry(head, type, pax);
                }
            }
        }
    }

    private Entry entry(byte[] head, char type, Map<String, String> pax) throws IOException {
        var prefix = isUstar(head) ? text(head, 345, 155) : "";
        var written = prefix.isEmpty() ? text(head, 0, 100) : prefix + "/" + text(head, 0, 100);
        var name = pax.getOrDefault("path", written);
        if (pax.containsKey("GNU.sparse.major") || pax.containsKey("GNU.sparse.size")) {
            return new Entry(Kind.OTHER, name, 0, left, 0, "");
        }
        var size = pax.get("size");
        if (size != null) {
            left = decimal(size);
            padding = (BLOCK - left % BLOCK) % BLOCK;
        }
        var kind = switch (type) {
            case '0', '\0', '7' -> name.endsWith("/") ? Kind.FOLDER : Kind.FILE;
            case '1' -> Kind.SAME;
            case '2' -> Kind.LINK;
            case '5' -> Kind.FOLDER;
            default -> Kind.OTHER;
        };
        if (kind != Kind.FILE && kind != Kind.OTHER) {
            // Some writers give links the size of what they lead to; there is no content.
            left = 0;
            padding = 0;
        }
        return new Entry(
                kind,
                name,
                (int) (number(head, 100, 8) & 0777),
                left,
                number(head, 136, 12),
                pax.getOrDefault("linkpath", text(head, 157, 100)));
    }

    /** Reads of the entry's content; -1 at its end. */
    int read(byte[] into) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = in.read(into, 0, (int) Math.min(into.length, left));
        if (read < 0) {
            throw new IOException("it ends in the middle of a file");
        }
        left -= read;
        return read;
    }

    private byte[] content() throws IOException {
        if (left > LONGEST) {
            throw new IOException("a name in it has " + left + " bytes");
        }
        var content = in.readNBytes((int) left);
        if (content.length < left) {
            throw new IOException("it ends in the middle of a name");
        }
        left = 0;
        return content;
    }

    private void skip(long bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
        } catch (java.io.EOFException early) {
            throw new IOException("it ends in the middle of a file", early);
        }
    }

    /** Records {@code LENGTH NAME=VALUE\n}. */
    private static void pax(byte[] content, Map<String, String> into) throws IOException {
        int at = 0;
        while (at < content.length) {
            int space = at;
            while (space < content.length && content[space] != ' ') {
                space++;
            }
            long length = decimal(new String(content, at, space - at, StandardCharsets.US_ASCII));
            int end = (int) Math.min(content.length, at + length);
            if (length < 5 || at + length > content.length || content[end - 1] != '\n') {
                throw new IOException("an extended head in it is broken");
            }
            var record = new String(content, space + 1, end - space - 2, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            if (equals < 1) {
                throw new IOException("an extended head in it is broken");
            }
            into.put(record.substring(0, equals), record.substring(equals + 1));
            at = end;
        }
    }

    private static void check(byte[] head) throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : head[i] & 0xff;
        }
        if (sum != number(head, 148, 8)) {
            throw new IOException("it is no tar file, or is damaged: a checksum is wrong");
        }
    }

    private static boolean isUstar(byte[] head) {
        // "ustar\0": GNU's own format ("ustar ") has other fields where the prefix would be.
        return new String(head, 257, 6, StandardCharsets.US_ASCII).equals("ustar\0");
    }

    private static boolean isEmpty(byte[] head) {
        for (byte b : head) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static String cut(byte[] name) {
        return text(name, 0, name.length);
    }

    private static String text(byte[] bytes, int from, int length) {
        int end = from;
        while (end < from + length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    /** Octal digits, or GNU's base 256 where the first bit is set. */
    private static long number(byte[] head, int from, int length) throws IOException {
        if ((head[from] & 0x80) != 0) {
            long value = head[from] & 0x7f;
            for (int i = from + 1; i < from + length; i++) {
                if (value >= 1L << 54) {
                    throw new IOException("a number in it is too large");
                }
                value = (value << 8) | (head[i] & 0xff);
            }
            return value;
        }
        long value = 0;
        for (int i = from; i < from + length; i++) {
            if (head[i] >= '0' && head[i] <= '7') {
                value = (value << 3) | (head[i] - '0');
            } else if (head[i] != ' ' && head[i] != 0) {
                throw new IOException("it is no tar file, or is damaged: a number is wrong");
            }
        }
        return value;
    }

    private static long decimal(String digits) throws IOException {
        if (digits.isEmpty() || digits.length() > 15 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IOException("a number in an extended head is wrong");
        }
        return Long.parseLong(digits);
    }
}
