package footplate.core.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of one head, as offsets into the array it was read into: nothing is copied and nothing is made per
 * line. Strict (RFC 9112 §5): CRLF only, no folding, no space before the colon, no control characters. One object is used
 * again for many heads.
 */
public final class FieldLines {
    /** The head does not end in the bytes at hand. */
    static final int INCOMPLETE = -1;
    /** The head is refused: see {@link #refusal}. */
    static final int REFUSED = -2;

    /** Most lines of one head from outside; more is {@link Refusal#HEAD_TOO_LARGE}. */
    static final int MOST = 512;

    private final int most;
    private int[] marks = new int[5 * 64];
    private Field[] fields = new Field[64];
    private boolean[] dropped = new boolean[64];
    private int count;
    private @Nullable Refusal refusal;

    /** @param most most lines of one head */
    FieldLines(int most) {
        this.most = most;
    }

    /**
     * Reads lines up to and including the empty one.
     *
     * @return the position behind the empty line, {@link #INCOMPLETE} or {@link #REFUSED}
     */
    int scan(byte[] bytes, int from, int end) {
        count = 0;
        refusal = null;
        int i = from;
        while (true) {
            if (i >= end) {
                return INCOMPLETE;
            }
            byte first = bytes[i];
            if (first == '\r') {
                if (i + 1 >= end) {
                    return INCOMPLETE;
                }
                return bytes[i + 1] == '\n' ? i + 2 : refuse(Refusal.BAD_FIELD_NAME);
            }
            if (first == ' ' || first == '\t') {
                return refuse(Refusal.FOLDED_FIELD);
            }
            int start = i;
            int kinds = 0;
            for (; i < end; i++) {
                int kind = Octets.kind(bytes[i]);
                if (!Octets.isToken(kind)) {
                    break;
                }
                kinds |= kind;
            }
            if (i >= end) {
                return INCOMPLETE;
            }
            if (bytes[i] != ':' || i == start) {
                return refuse(Refusal.BAD_FIELD_NAME);
            }
            int nameEnd = i++;
            while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
                i++;
            }
            int valueStart = i;
            i = Octets.valueEnd(bytes, i, end);
            if (i >= end || (bytes[i] == '\r' && i + 1 >= end)) {
                return INCOMPLETE;
            }
            if (bytes[i] != '\r' || bytes[i + 1] != '\n') {
                return refuse(Refusal.BAD_FIELD_VALUE);
            }
            int valueEnd = i;
            while (valueEnd > valueStart && (bytes[valueEnd - 1] == ' ' || bytes[valueEnd - 1] == '\t')) {
                valueEnd--;
            }
            i += 2;
            if (count == most) {
                return refuse(Refusal.HEAD_TOO_LARGE);
            }
            boolean underscored = (kinds & Octets.UNDERSCORE) != 0;
            add(Field.of(bytes, start, nameEnd, underscored), start, nameEnd, valueStart, valueEnd, i);
        }
    }

    private int refuse(Refusal why) {
        refusal = why;
        return REFUSED;
    }

    private void add(Field field, int start, int nameEnd, int valueStart, int valueEnd, int lineEnd) {
        if (count == fields.length) {
            fields = Arrays.copyOf(fields, 2 * count);
            dropped = Arrays.copyOf(dropped, 2 * count);
            marks = Arrays.copyOf(marks, 10 * count);
        }
        fields[count] = field;
        dropped[count] = false;
        int at = 5 * count++;
        marks[at] = start;
        marks[at + 1] = nameEnd;
        marks[at + 2] = valueStart;
        marks[at + 3] = valueEnd;
        marks[at + 4] = lineEnd;
    }

    /** Why {@link #scan} refused; null if it did not. */
    @Nullable
    Refusal refusal() {
        return refusal;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    Field field(int line) {
        return fields[line];
    }

    int start(int line) {
        return marks[5 * line];
    }

    int nameEnd(int line) {
        return marks[5 * line + 1];
    }

    /** Where the value of a line starts. */
    public int valueStart(int line) {
        return marks[5 * line + 2];
    }

    /** Where it ends, without white space. */
    public int valueEnd(int line) {
        return marks[5 * line + 3];
    }

    int lineEnd(int line) {
        return marks[5 * line + 4];
    }

    /** This line does not go further. */
    void drop(int line) {
        dropped[line] = true;
    }

    boolean isDropped(int line) {
        return dropped[line];
    }

    /** The first line of {@code field}, or -1. */
    int find(Field field) {
        for (int line = 0; line < count; line++) {
            if (fields[line] == field) {
                return line;
            }
        }
        return -1;
    }

    /** Appends every line that was not dropped, in runs. */
    void copyKept(byte[] bytes, HeadBytes out) {
        int run = -1;
        for (int line = 0; line < count; line++) {
            if (dropped[line]) {
                if (run >= 0) {
                    out.add(bytes, run, start(line));
                    run = -1;
                }
            } else if (run < 0) {
                run = start(line);
            }
        }
        if (run >= 0) {
            out.add(bytes, run, lineEnd(count - 1));
        }
    }
}
