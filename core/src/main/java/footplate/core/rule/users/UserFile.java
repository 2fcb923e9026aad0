package footplate.core.rule.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users of one file as htpasswd writes it: {@code NAME:HASH}, a line each; empty lines and those with '#' are nothing. Immutable. */
public final class UserFile {
    /** Most bytes of a file. */
    public static final int LARGEST = 4 * 1024 * 1024;

    /** Nobody's: it is checked for those who are in no file, so that the time tells nothing. The password is thrown away. */
    private static final String NOBODY = "$2y$10$CCCCCCCCCCCCCCCCCCCCC.SVlTsIqkzN3wHXPP38IMJvQ7EzkGEkG";

    private static final int MOST_TOLD = 3;

    private final Map<String, PasswordHash> users = new HashMap<>();
    private final List<String> mistakes = new ArrayList<>();
    private final PasswordHash nobody;

    private UserFile(PasswordHash nobody) {
        this.nobody = nobody;
    }

    /** Reads a file. */
    public static UserFile of(byte[] content) {
        PasswordHash first = null;
        var users = new HashMap<String, PasswordHash>();
        var mistakes = new ArrayList<String>();
        int number = 0;
        for (var line : new String(content, ISO_8859_1).split("\n", -1)) {
            number++;
            var text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (text.isBlank() || text.startsWith("#")) {
                continue;
            }
            var parts = text.split(":", 3);
            var hash = parts.length < 2 ? null : PasswordHash.of(parts[1].strip());
            if (hash == null || parts[0].isEmpty()) {
                mistakes.add("line " + number);
                continue;
            }
            first = first == null ? hash : first;
            // As Apache and nginx: the first line of a name counts.
            users.putIfAbsent(parts[0], hash);
        }
        var file = new UserFile(first == null ? usual() : first);
        file.users.putAll(users);
        file.mistakes.addAll(mistakes);
        return file;
    }

    private static PasswordHash usual() {
        var hash = PasswordHash.of(NOBODY);
        if (hash == null) {
            throw new IllegalStateException("the hash that nobody has is none");
        }
        return hash;
    }

    /** Whether these are a user's; takes as long for names that are not there. Never on an event loop. */
    public boolean admits(Credentials credentials) {
        var hash = users.get(credentials.user());
        boolean right = (hash == null ? nobody : hash).matches(credentials.password());
        return hash != null && right;
    }

    /** How many users it has. */
    public int size() {
        return users.size();
    }

    /** What is wrong with it, for its owner, with nothing of its text; null if nothing is. */
    public @Nullable String mistake() {
        if (mistakes.isEmpty()) {
            return null;
        }
        var told = String.join(", ", mistakes.subList(0, Math.min(MOST_TOLD, mistakes.size())));
        return told + (mistakes.size() > MOST_TOLD ? " and " + (mistakes.size() - MOST_TOLD) + " more" : "")
                + ": no password as htpasswd writes it. Write them by 'htpasswd -B FILE NAME'; bcrypt, $apr1$, $5$, $6$, {SHA}"
                + " and {SSHA} are known.";
    }
}
