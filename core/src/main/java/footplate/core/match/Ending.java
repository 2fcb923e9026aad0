package footplate.core.match;

import java.util.regex.Pattern;

/**
 * What an expression's texts end with, as far as that is plain to see: {@code .apps.example} of
 * {@code ^([a-z]+)\.apps\.example$}. Most expressions of hosts and many of paths end so, and most texts do not.
 */
final class Ending {
    /** Nothing in it could mean something else than it seems to: no choice, no flags, no looking around, plain escapes only. */
    private static final Pattern PLAIN =
            Pattern.compile("(?:[^|\\\\(]|\\\\[.\\-_/dDwWsS]|\\((?!\\?)|\\(\\?:|\\(\\?<[A-Za-z])*");

    private Ending() {}

    /** The octets, in lower case; none if it is not plain to see. */
    static byte[] of(String expression) {
        int end = expression.length() - 1;
        if (end < 0
                || expression.charAt(end) != '$'
                || !PLAIN.matcher(expression).matches()) {
            return new byte[0];
        }
        var reversed = new StringBuilder();
        int i = end - 1;
        while (i >= 0) {
            char c = expression.charAt(i);
            boolean escaped = i > 0 && expression.charAt(i - 1) == '\\';
            boolean itself = escaped
                    ? c == '.' || c == '-' || c == '_' || c == '/'
                    : (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/';
            if (!itself) {
                break;
            }
            reversed.append(c);
            i -= escaped ? 2 : 1;
        }
        var octets = new byte[reversed.length()];
        for (int j = 0; j < octets.length; j++) {
            octets[j] = (byte) reversed.charAt(octets.length - 1 - j);
        }
        return octets;
    }
}
