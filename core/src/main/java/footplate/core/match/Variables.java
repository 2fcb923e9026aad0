package footplate.core.match;

import org.jspecify.annotations.Nullable;

/** What the names in a template stand for. */
public interface Variables {
    /** The value, each octet a character; empty where a request lacks it; null if the name stands for nothing. */
    @Nullable
    String value(String name);
}
