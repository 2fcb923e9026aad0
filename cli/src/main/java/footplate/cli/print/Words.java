package footplate.cli.print;

import footplate.core.unit.Durations;
import java.time.Duration;

/** Text fit for a terminal: harmless, as wide as it looks, and figures with their units. */
public final class Words {
    private static final char ESCAPE = '\u001b';
    private static final long KILO = 1024;

    private Words() {}

    /**
     * {@return the text without anything a terminal would obey}
     *
     * <p>Colour codes are dropped, other control characters are shown as {@code cat -v} shows them, line ends and tabs become spaces; characters
     * that turn the direction of writing are dropped too (they make a name look like another).
     */
    public static String harmless(String text) {
        int i = 0;
        while (i < text.length() && isPlain(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        var safe = new StringBuilder(text.length() + 16).append(text, 0, i);
        while (i < text.length()) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                safe.append(c);
            } else if (c == ESCAPE && colourEnd(text, i) > 0) {
                i = colourEnd(text, i);
                continue;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                safe.append(c).append(text.charAt(++i));
            } else {
                hidden(safe, c);
            }
            i++;
        }
        return safe.toString();
    }

    private static void hidden(StringBuilder safe, char c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            safe.append(' ');
        } else if (c < ' ') {
            safe.append('^').append((char) (c + '@'));
        } else if (c == 0x7f) {
            safe.append("^?");
        } else if (c < 0xa0) {
            safe.append("\\x").append(Integer.toHexString(c));
        } else if (Character.isSurrogate(c)) {
            safe.append('\ufffd');
        }
    }

    private static boolean isPlain(char c) {
        if (c < 0x7f) {
            return c >= ' ';
        }
        return c >= 0xa0 && !Character.isSurrogate(c) && !turnsDirection(c);
    }

    private static boolean turnsDirection(char c) {
        return c == '\u200e'
                || c == '\u200f'
                || c == '\u2028'
                || c == '\u2029'
                || (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069');
    }

    /** The index after a colour code (SGR, {@code ESC [ digits;digits m}) that begins at {@code from}; 0 if none does. */
    private static int colourEnd(String text, int from) {
        int i = from + 1;
        if (i >= text.length() || text.charAt(i) != '[') {
            return 0;
        }
        i++;
        while (i < text.length()
                && ((text.charAt(i) >= '0' && text.charAt(i) <= '9')
                        || text.charAt(i) == ';'
                        || text.charAt(i) == ':')) {
            i++;
        }
        return i < text.length() && text.charAt(i) == 'm' ? i + 1 : 0;
    }

    /** {@return how many columns a harmless text takes} */
    public static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            width += width(point);
            i += Character.charCount(point);
        }
        return width;
    }

    private static int width(int point) {
        if (point < 0x300) {
            return 1;
        }
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(point) ? 2 : 1;
        };
    }

    /** East Asian Wide and Fullwidth (Unicode Standard Annex 11), by block: what terminals agree on. */
    private static boolean isWide(int point) {
        return (point >= 0x1100 && point <= 0x115f)
                || (point >= 0x2e80 && point <= 0xa4cf && point != 0x303f)
                || (point >= 0xac00 && point <= 0xd7a3)
                || (point >= 0xf900 && point <= 0xfaff)
                || (point >= 0xfe30 && point <= 0xfe6f)
                || (point >= 0xff00 && point <= 0xff60)
                || (point >= 0xffe0 && point <= 0xffe6)
                || (point >= 0x1f300 && point <= 0x1f64f)
                || (point >= 0x1f680 && point <= 0x1f6ff)
                || (point >= 0x1f900 && point <= 0x1f9ff)
                || (point >= 0x20000 && point <= 0x3fffd);
    }

    /** {@return a harmless text cut to so many columns, with … where something is missing} */
    public static String fit(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        int width = 0;
        int i = 0;
        while (i < text.length()) {
            int point = text.codePointAt(i);
            if (width + width(point) > columns - 1) {
                break;
            }
            width += width(point);
            i += Character.charCount(point);
        }
        return columns < 1 ? "" : text.substring(0, i) + '…';
    }

    /** {@return a span in its two largest units, whole seconds at least} */
    public static String span(long millis) {
        return millis < 1000 ? "0s" : Durations.print(Duration.ofSeconds(millis / 1000));
    }

    /** {@return a span to the millisecond where it is short} */
    public static String exact(long millis) {
        return Durations.print(Duration.ofMillis(millis));
    }

    /** {@return an amount of memory in the largest binary unit, with a tenth below 100} */
    public static String memory(long bytes) {
        if (bytes < KILO * KILO) {
            return bytes / KILO + " KB";
        }
        return bytes < KILO * KILO * KILO
                ? tenths(bytes, KILO * KILO, " MB")
                : tenths(bytes, KILO * KILO * KILO, " GB");
    }

    private static String tenths(long bytes, long unit, String name) {
        long tenths = Math.round(bytes * 10.0 / unit);
        return tenths >= 1000 ? (tenths + 5) / 10 + name : tenths / 10 + "." + tenths % 10 + name;
    }

    /** {@return a share of a core} */
    public static String percent(double percent) {
        return Math.round(percent) + "%";
    }

    /** {@return {@code 1 process}, {@code 2 processes}} */
    public static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
