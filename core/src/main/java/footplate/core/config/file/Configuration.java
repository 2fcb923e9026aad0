package footplate.core.config.file;

import footplate.core.config.Settings;
import footplate.core.config.routes.Route;
import footplate.core.config.servers.Group;
import java.util.List;

/**
 * All that a configuration file says.
 *
 * @param listen addresses that clients connect to
 * @param apps what we start, in the order of the file
 * @param groups servers that we did not start
 * @param resolvers name servers to ask; empty: those of the machine
 * @param reloads whether the file is read again when it changes
 * @param settings the server's own, and those for every app that chose nothing else
 */
public record Configuration(
        List<Listen> listen,
        List<App> apps,
        List<Group> groups,
        List<Route> routes,
        List<Stream> streams,
        List<String> resolvers,
        boolean reloads,
        Settings settings) {
    public Configuration {
        listen = List.copyOf(listen);
        apps = List.copyOf(apps);
        groups = List.copyOf(groups);
        routes = List.copyOf(routes);
        streams = List.copyOf(streams);
        resolvers = List.copyOf(resolvers);
    }
}
