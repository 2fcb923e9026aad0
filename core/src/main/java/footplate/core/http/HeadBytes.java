package footplate.core.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array that a head is written into; one is used again for many heads. */
public final class HeadBytes {
    private byte[] bytes;
    private int length;

    /** @param capacity bytes to begin with */
    public HeadBytes(int capacity) {
        this.bytes = new byte[capacity];
    }

    public HeadBytes clear() {
        length = 0;
        return this;
    }

    public HeadBytes add(byte[] source) {
        return add(source, 0, source.length);
    }

    public HeadBytes add(byte[] source, int from, int to) {
        int more = to - from;
        room(more);
        System.arraycopy(source, from, bytes, length, more);
        length += more;
        return this;
    }

    /** Appends one byte. */
    public HeadBytes add(byte octet) {
        room(1);
        bytes[length++] = octet;
        return this;
    }

    /** Takes the last {@code count} bytes away again. */
    public HeadBytes shorten(int count) {
        length -= count;
        return this;
    }

    /** Appends a text of ASCII characters. */
    public HeadBytes add(String ascii) {
        return add(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Appends a number in decimal. */
    public HeadBytes add(long number) {
        room(20);
        if (number < 0) {
            throw new IllegalArgumentException("negative number " + number + " in a head");
        }
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    /** The array itself; valid until the next call that adds. */
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
