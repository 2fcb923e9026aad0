package footplate.core.route;

import footplate.core.balance.ServerTerms;
import footplate.core.config.servers.Group;
import footplate.core.name.AppName;
import java.util.List;

/**
 * An upstream of the configuration with the addresses that its servers have just now, as a value: {@link Upstreams} joins it with
 * what is known of them.
 *
 * @param name the upstream's
 * @param group what the configuration says of it
 * @param servers in the order of the configuration; none while no name has been found
 * @param pending whether nobody knows yet where one of them is
 */
public record UpstreamPlan(AppName name, Group group, List<Place> servers, boolean pending) {
    public UpstreamPlan {
        servers = List.copyOf(servers);
    }

    /**
     * One server.
     *
     * @param address numeric, {@code 10.0.0.5:8080}, {@code [2001:db8::1]:80} or {@code unix:/path}
     * @param name what hashes and cookies know it by: the address as it is written, or the one that a name led to
     */
    public record Place(String address, String name, ServerTerms terms) {}
}
