package footplate.daemon.output;

import java.nio.charset.StandardCharsets;

/**
 * Makes a line that an app printed fit to be shown on an operator's terminal: an app, or whoever can make it print,
 * must not be able to move the cursor, change the title or feign other lines.
 */
public final class LogLine {
    /** Bytes of a line that are kept; a longer one ends in {@code …}. */
    public static final int LONGEST = 4096;

    private static final char REPLACEMENT = '\uFFFD';

    private LogLine() {}

    /**
     * The text of one line: invalid UTF-8 is replaced, colours (ESC [ … m) are left out, and every other control
     * character but tab becomes visible, as do those that turn the direction of text.
     *
     * @param bytes the line without its newline; may be longer than {@link #LONGEST}
     */
    public static String of(byte[] bytes, int length) {
        boolean cut = length > LONGEST;
        int end = cut ? wholeCharacters(bytes) : length;
        if (!cut && end > 0 && bytes[end - 1] == '\r') {
            end--;
        }
        var text = harmless(new String(bytes, 0, end, StandardCharsets.UTF_8));
        return cut ? text + "…" : text;
    }

    /** The last place at or before {@link #LONGEST} that does not split a character. */
    private static int wholeCharacters(byte[] bytes) {
        int end = LONGEST;
        for (int back = 0; back < 3 && (bytes[end] & 0xC0) == 0x80; back++) {
            end--;
        }
        return end;
    }

    private static String harmless(String text) {
        StringBuilder harmless = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (harmless == null) {
                if (isHarmless(c)) {
                    continue;
                }
                harmless = new StringBuilder(text.length() + 8).append(text, 0, i);
            }
            int afterColour = c == '\u001B' ? afterColour(text, i) : i;
            if (afterColour > i) {
                i = afterColour - 1;
            } else {
                harmless.append(isHarmless(c) ? c : visible(c));
            }
        }
        return harmless == null ? text : harmless.toString();
    }

    private static boolean isHarmless(char c) {
        return switch (c) {
            case '\t' -> true;
            case '\u2028', '\u2029' -> false; // line and paragraph separator
            default ->
                c >= ' '
                        && (c < '\u007F' || c > '\u009F') // DEL and C1, with the 8-bit CSI
                        && (c < '\u202A' || c > '\u202E') // bidirectional overrides …
                        && (c < '\u2066' || c > '\u2069'); // … and isolates
        };
    }

    private static char visible(char c) {
        if (c < ' ') {
            return (char) ('\u2400' + c); // ␀ to ␟
        }
        return c == '\u007F' ? '\u2421' : REPLACEMENT;
    }

    /** Where a sequence that only sets colours ends (ECMA-48 SGR); {@code start} if it is none. */
    private static int afterColour(String text, int start) {
        int i = start + 1;
        if (i >= text.length() || text.charAt(i) != '[') {
            return start;
        }
        for (i++; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 'm') {
                return i + 1;
            }
            if ((c < '0' || c > '9') && c != ';' && c != ':') {
                return start;
            }
        }
        return start;
    }
}
