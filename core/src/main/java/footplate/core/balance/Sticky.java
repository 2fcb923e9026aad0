package footplate.core.balance;

import footplate.core.config.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cookie of ours that keeps a user at one server (nginx: sticky cookie).
 *
 * @param cookie its name; a token (RFC 6265 §4.1.1)
 * @param signed whether it counts only if we have signed it, so that nobody can choose a server for themselves; else it is nginx's:
 *     the MD5 of the server's name
 */
public record Sticky(String cookie, boolean signed) {
    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}";
    private static final String MEND = "Write cookie and its name, such as: cookie srv_id, or: cookie srv_id hashed.";

    public Sticky {
        if (!cookie.matches(TOKEN)) {
            throw new IllegalArgumentException("'" + cookie + "' is no cookie's name");
        }
    }

    /**
     * Reads {@code cookie NAME [signed|hashed]}; signed is the standard.
     *
     * @param where the place it is written at, for messages
     * @param problems takes what is wrong
     * @return null if something is
     */
    public static @Nullable Sticky read(String where, String text, List<Problem> problems) {
        var words = text.strip().split("\\s+", -1);
        if (!words[0].equals("cookie") || words.length < 2 || words.length > 3) {
            return refuse(where, "'" + text + "' does not say how users are kept", problems);
        }
        if (!words[1].matches(TOKEN)) {
            return refuse(where, "'" + words[1] + "' is no name for a cookie", problems);
        }
        if (words.length == 3 && !words[2].equals("signed") && !words[2].equals("hashed")) {
            return refuse(where, "'" + words[2] + "' is neither signed nor hashed", problems);
        }
        return new Sticky(words[1], words.length == 2 || words[2].equals("signed"));
    }

    private static @Nullable Sticky refuse(String where, String what, List<Problem> problems) {
        problems.add(new Problem(where, what, MEND));
        return null;
    }
}
