package footplate.core.match;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of the file. As in nginx it is searched for anywhere in the text, sees octets (a letter beyond ASCII is
 * several), and only a line feed ends a line.
 */
final class Expression {
    private final Pattern pattern;
    private final List<String> names;
    private final int[] groups;
    private final byte[] ending;

    private Expression(Pattern pattern) {
        this.pattern = pattern;
        this.ending = Ending.of(pattern.pattern());
        var named = pattern.namedGroups();
        this.names = List.copyOf(named.keySet());
        this.groups = names.stream().mapToInt(named::get).toArray();
    }

    /** One that paths and values are held against. */
    static Expression of(String text) {
        return compile(text, Pattern.UNIX_LINES);
    }

    /** One that hosts are held against: they are in lower case, so capitals in it mean any case (as nginx does it). */
    static Expression ofHost(String text) {
        boolean capitals = text.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
        return compile(text, Pattern.UNIX_LINES | (capitals ? Pattern.CASE_INSENSITIVE : 0));
    }

    private static Expression compile(String text, int flags) {
        try {
            var octets = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return new Expression(Pattern.compile(octets, flags));
        } catch (PatternSyntaxException noRangeOfOctets) {
            return new Expression(Pattern.compile(text, flags));
        }
    }

    /** What it finds in {@code text}; null if nothing. */
    @Nullable
    Matcher in(CountedText text) {
        if (!text.endsWith(ending)) {
            return null;
        }
        var matcher = pattern.matcher(text);
        return matcher.find() ? matcher : null;
    }

    /** The names of its groups. */
    List<String> names() {
        return names;
    }

    /** The number of the group that has the name at this place of {@link #names}. */
    int group(int name) {
        return groups[name];
    }
}
