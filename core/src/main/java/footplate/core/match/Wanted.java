package footplate.core.match;

import java.nio.charset.StandardCharsets;

/** What a header field or a parameter must be. */
sealed interface Wanted {
    /** It must be there. */
    record Any() implements Wanted {}

    /** It must be this, each octet a character. */
    record Same(String octets) implements Wanted {}

    /** The expression is found in it. */
    record Like(Expression expression) implements Wanted {}

    /** Reads {@code *}, {@code ~EXPRESSION} or a value. */
    static Wanted of(String text) {
        if (text.equals("*")) {
            return new Any();
        }
        return text.startsWith("~")
                ? new Like(Expression.of(text.substring(1)))
                : new Same(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    private static boolean isSame(byte[] bytes, int from, int to, String octets) {
        if (to - from != octets.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if ((bytes[i] & 0xFF) != octets.charAt(i - from)) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code bytes[from..to)} is what is wanted. */
    default boolean fits(byte[] bytes, int from, int to, CountedText text) {
        return switch (this) {
            case Any _ -> true;
            case Same(var octets) -> isSame(bytes, from, to, octets);
            case Like(var expression) -> expression.in(text.over(bytes, from, to)) != null;
        };
    }
}
