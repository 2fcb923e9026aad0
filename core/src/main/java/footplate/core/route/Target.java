package footplate.core.route;

import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.pool.Load;

/**
 * One ready process that requests can be sent to. The same object from the table that first holds it to the last, so
 * that it can be compared by identity.
 *
 * @param run the run it is
 * @param instance the instance it is a run of
 * @param pid its process
 * @param address {@code unix:/path} or {@code 127.0.0.1:port}
 * @param load what it has in hand
 */
public record Target(RunId run, InstanceId instance, int pid, String address, Load load) {
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return run.hashCode();
    }
}
