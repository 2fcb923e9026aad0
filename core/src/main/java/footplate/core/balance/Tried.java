package footplate.core.balance;

import footplate.core.pool.Load;
import java.util.Arrays;

/** The servers at which one request has failed: it is sent to none of them again. Kept by load, which outlives tables. One thread at a time. */
public final class Tried {
    /** A request that has not failed anywhere. */
    public static final Tried NONE = new Tried();

    private Load[] loads = new Load[0];

    /** What one request has tried; nothing yet. */
    public static Tried nothing() {
        return new Tried();
    }

    private Tried() {}

    /** It has failed here. */
    public void add(Load load) {
        if (this == NONE) {
            throw new IllegalStateException("the shared Tried.NONE was added to; take Tried.nothing()");
        }
        loads = Arrays.copyOf(loads, loads.length + 1);
        loads[loads.length - 1] = load;
    }

    public boolean isEmpty() {
        return loads.length == 0;
    }

    /** Whether it has failed there. */
    public boolean has(Load load) {
        for (var tried : loads) {
            if (tried == load) {
                return true;
            }
        }
        return false;
    }
}
