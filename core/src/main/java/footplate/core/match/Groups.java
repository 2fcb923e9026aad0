package footplate.core.match;

import org.jspecify.annotations.Nullable;

/**
 * What the groups {@code (?<name>…)} of a route's host and path matched. Of the path they are percent-encoded again, so that nothing a
 * client has hidden there, a line break above all, is anything but text where they are put.
 */
public final class Groups {
    /** None. */
    public static final Groups NONE = new Groups(new String[0], new String[0]);

    private final String[] names;
    private final String[] values;

    Groups(String[] names, String[] values) {
        this.names = names;
        this.values = values;
    }

    /** What a group of the path, else of the host, matched; empty if it took no part; null if there is no such group. */
    public @Nullable String value(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return values[i];
            }
        }
        return null;
    }
}
