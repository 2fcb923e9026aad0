package footplate.core.config.routes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Addresses with the same beginning (RFC 4632, RFC 4291 §2.3).
 *
 * @param bytes 4 or 16, 0 to 255 each; those beyond the prefix are 0
 * @param prefix how many bits count
 */
public record Network(List<Integer> bytes, int prefix) {
    public Network {
        bytes = List.copyOf(bytes);
    }

    /** {@code 10.0.0.0/8}, {@code 10.0.0.5}, {@code 2001:db8::/32}; null if {@code text} is none. */
    public static @Nullable Network parse(String text) {
        int slash = text.indexOf('/');
        var address = slash < 0 ? text : text.substring(0, slash);
        var bytes = address.indexOf(':') < 0 ? four(address) : sixteen(address);
        if (bytes == null) {
            return null;
        }
        int bits = bytes.length * 8;
        int prefix = slash < 0 ? bits : number(text.substring(slash + 1), bits);
        if (prefix < 0) {
            return null;
        }
        for (int bit = prefix; bit < bits; bit++) {
            bytes[bit / 8] &= ~(0x80 >> bit % 8);
        }
        return new Network(java.util.Arrays.stream(bytes).boxed().toList(), prefix);
    }

    private static int @Nullable [] four(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        var bytes = new int[4];
        for (int i = 0; i < 4; i++) {
            bytes[i] = number(parts[i], 255);
            if (bytes[i] < 0) {
                return null;
            }
        }
        return bytes;
    }

    private static int @Nullable [] sixteen(String text) {
        int gap = text.indexOf("::");
        var head = groups(gap < 0 ? text : text.substring(0, gap));
        var tail = groups(gap < 0 ? "" : text.substring(gap + 2));
        if (head == null || tail == null) {
            return null;
        }
        int known = head.length + tail.length;
        if (gap < 0 ? known != 16 : known > 14) {
            return null;
        }
        var bytes = new int[16];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
        return bytes;
    }

    private static int @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        var parts = text.split(":", -1);
        var bytes = new int[parts.length * 2];
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].matches("[0-9a-fA-F]{1,4}")) {
                return null;
            }
            int group = Integer.parseInt(parts[i], 16);
            bytes[2 * i] = group >> 8;
            bytes[2 * i + 1] = group & 255;
        }
        return bytes;
    }

    /** From 0 up to {@code most}; -1 if the text is no such number. */
    private static int number(String text, int most) {
        if (!text.matches("0|[1-9][0-9]{0,2}")) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number > most ? -1 : number;
    }
}
