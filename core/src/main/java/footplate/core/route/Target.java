package footplate.core.route;

import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.pool.Load;

/**
 * One ready process, or a server that we did not start, that requests can be sent to. The same object from the table that first holds it to the last, so
 * that it can be compared by identity.
 *
 * @param run the run it is
 * @param instance the instance it is a run of
 * @param pid its process; 0 if we did not start it
 * @param address {@code unix:/path}, {@code unix:/path?user=1000} where only that user may listen, {@code 127.0.0.1:port} or
 *     {@code [::1]:port}
 * @param load what it has in hand
 * @param proxyProtocol the version of PROXY protocol that connections to it begin with; 0: none
 */
public record Target(RunId run, InstanceId instance, int pid, String address, Load load, int proxyProtocol) {
    /** One that is told nothing of clients but in requests. */
    public Target(RunId run, InstanceId instance, int pid, String address, Load load) {
        this(run, instance, pid, address, load, 0);
    }

    /**
     * A server that we did not start.
     *
     * @param number among its like, from 0; below it as a run, as no process is
     */
    public static Target server(int number, String address, Load load) {
        return server(number, address, load, 0);
    }

    /** The same, told by PROXY protocol of this version who the client is; 0: not told. */
    public static Target server(int number, String address, Load load, int proxyProtocol) {
        return new Target(new RunId(-1L - number), new InstanceId(number), 0, address, load, proxyProtocol);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return run.hashCode();
    }
}
