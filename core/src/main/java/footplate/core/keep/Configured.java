package footplate.core.keep;

import footplate.core.balance.ServerTerms;
import footplate.core.config.file.Configuration;
import footplate.core.config.servers.Server;
import footplate.core.name.AppName;
import footplate.core.route.Routing;
import footplate.core.route.UpstreamPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that is in force. Compared by identity: another one has taken its place, or the same one still counts.
 */
public final class Configured {
    private final String file;
    private final Map<String, String> variables;
    private final String mark;
    private final Configuration configuration;
    private final Routing routing;
    private final Map<Spot, List<UpstreamPlan.Place>> places;
    private final List<UpstreamPlan> upstreams;

    /** A server of an upstream, by its place in the configuration. */
    public record Spot(AppName upstream, int server) {}

    /**
     * @param file its absolute path
     * @param variables the variables of the environment that it names; secret
     * @param mark what the copy that was accepted is kept under
     * @param routing what was made of it
     * @param places where each server is; one that is missing is not known yet
     */
    public Configured(
            String file,
            Map<String, String> variables,
            String mark,
            Configuration configuration,
            Routing routing,
            Map<Spot, List<UpstreamPlan.Place>> places) {
        this.file = file;
        this.variables = Map.copyOf(variables);
        this.mark = mark;
        this.configuration = configuration;
        this.routing = routing;
        this.places = Collections.unmodifiableMap(new HashMap<>(places));
        this.upstreams = plans(routing, this.places);
    }

    private static List<UpstreamPlan> plans(Routing routing, Map<Spot, List<UpstreamPlan.Place>> places) {
        var plans = new ArrayList<UpstreamPlan>();
        routing.groups().forEach((name, group) -> {
            var servers = new ArrayList<UpstreamPlan.Place>();
            boolean pending = false;
            for (int i = 0; i < group.servers().size(); i++) {
                var known = places.get(new Spot(name, i));
                pending |= known == null;
                servers.addAll(known == null ? List.of() : known);
            }
            plans.add(new UpstreamPlan(name, group, servers, pending));
        });
        return List.copyOf(plans);
    }

    /** What an operator says of a server, as balancing takes it. */
    public static ServerTerms terms(Server server) {
        return new ServerTerms(
                Math.min(server.weight(), ServerTerms.MOST_WEIGHT),
                server.maxConnections(),
                server.maxFails(),
                server.failTimeout(),
                server.slowStart(),
                server.backup(),
                server.down());
    }

    /**
     * The same, with a server of an upstream at other places.
     *
     * @param what the server as it was when its places were asked for: news of another one is old news
     */
    Configured found(AppName upstream, int server, Server what, List<UpstreamPlan.Place> now) {
        var spot = new Spot(upstream, server);
        var group = routing.groups().get(upstream);
        if (group == null
                || server >= group.servers().size()
                || !group.servers().get(server).equals(what)
                || now.equals(places.get(spot))) {
            return this;
        }
        var others = new HashMap<>(places);
        others.put(spot, now);
        return new Configured(file, variables, mark, configuration, routing, others);
    }

    /** The same in place of {@code before}: where servers are that both have is known from that one. */
    Configured after(@Nullable Configured before) {
        if (before == null) {
            return this;
        }
        var all = new HashMap<Spot, List<UpstreamPlan.Place>>();
        routing.groups().forEach((name, group) -> {
            var old = before.routing.groups().get(name);
            for (int i = 0; i < group.servers().size() && old != null; i++) {
                int was = old.servers().indexOf(group.servers().get(i));
                var known = was < 0 ? null : before.places.get(new Spot(name, was));
                if (known != null) {
                    all.put(new Spot(name, i), known);
                }
            }
        });
        all.putAll(places);
        return new Configured(file, variables, mark, configuration, routing, all);
    }

    /** Absolute path of the file. */
    public String file() {
        return file;
    }

    /** The variables of the environment that it names; secret. */
    public Map<String, String> variables() {
        return variables;
    }

    /** What the copy that was accepted is kept under. */
    public String mark() {
        return mark;
    }

    public Configuration configuration() {
        return configuration;
    }

    public Routing routing() {
        return routing;
    }

    /** Where each server is, as far as that is known. */
    public Map<Spot, List<UpstreamPlan.Place>> places() {
        return places;
    }

    /** Its upstreams, with where their servers are now. */
    public List<UpstreamPlan> upstreams() {
        return upstreams;
    }
}
