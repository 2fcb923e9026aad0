package footplate.core.user;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Who and what is known on this machine. */
public interface Accounts {
    /** The user of a name or number; null if there is none. */
    @Nullable
    Account user(String nameOrNumber);

    /** The number of a group that is named, or given as a number; empty if there is none. */
    OptionalInt group(String nameOrNumber);
}
