package footplate.core.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request's query, one after the other. Names and values are decoded as forms are written: percent signs,
 * and a plus for a space; a percent sign without two digits is one. One object is used again for many requests.
 */
public final class QueryParameters {
    private byte[] source = new byte[0];
    private int next;
    private int end;
    private int nameFrom;
    private int nameTo;
    private int valueFrom;
    private int valueTo;
    private byte[] scratch = new byte[0];
    private byte[] value = source;
    private int from;
    private int to;

    /** Stands before the first parameter of {@code head}. */
    public void read(RequestHead head) {
        source = head.bytes();
        end = head.targetEnd();
        next = head.pathStart();
        while (next < end && source[next] != '?') {
            next++;
        }
        next++;
    }

    /** Goes on to the next one that is not empty; false if there is none. */
    public boolean next() {
        while (next < end) {
            nameFrom = next;
            nameTo = -1;
            int i = next;
            for (; i < end && source[i] != '&'; i++) {
                if (source[i] == '=' && nameTo < 0) {
                    nameTo = i;
                }
            }
            valueFrom = nameTo < 0 ? i : nameTo + 1;
            nameTo = nameTo < 0 ? i : nameTo;
            valueTo = i;
            next = i + 1;
            if (i > nameFrom) {
                return true;
            }
        }
        return false;
    }

    /** Whether this one has that name. */
    public boolean isNamed(byte[] name) {
        decode(nameFrom, nameTo);
        return Arrays.equals(value, from, to, name, 0, name.length);
    }

    /** Makes {@link #value} the value of this one. */
    public void decodeValue() {
        decode(valueFrom, valueTo);
    }

    private void decode(int start, int stop) {
        value = source;
        from = start;
        to = stop;
        for (int i = start; i < stop; i++) {
            if (source[i] == '%' || source[i] == '+') {
                decodeSlowly(start, stop);
                return;
            }
        }
    }

    private void decodeSlowly(int start, int stop) {
        if (scratch.length < stop - start) {
            scratch = new byte[stop - start];
        }
        int length = 0;
        for (int i = start; i < stop; i++) {
            byte octet = source[i];
            int high = octet == '%' && i + 2 < stop ? Octets.hex(source[i + 1]) : -1;
            int low = octet == '%' && i + 2 < stop ? Octets.hex(source[i + 2]) : -1;
            if (high >= 0 && low >= 0) {
                octet = (byte) (high << 4 | low);
                i += 2;
            } else if (octet == '+') {
                octet = ' ';
            }
            scratch[length++] = octet;
        }
        value = scratch;
        from = 0;
        to = length;
    }

    /** Where the decoded value lies, from {@link #from} to {@link #to}, after {@link #decodeValue}. */
    public byte[] value() {
        return value;
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    /** The value of the first parameter written {@code name=…}, as it is written; null if there is none. */
    public static @Nullable String written(RequestHead head, String name) {
        var all = new QueryParameters();
        all.read(head);
        var wanted = name.getBytes(StandardCharsets.ISO_8859_1);
        while (all.next()) {
            if (Arrays.equals(all.source, all.nameFrom, all.nameTo, wanted, 0, wanted.length)) {
                return new String(all.source, all.valueFrom, all.valueTo - all.valueFrom, StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }
}
