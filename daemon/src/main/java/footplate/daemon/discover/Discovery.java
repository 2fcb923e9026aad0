package footplate.daemon.discover;

import footplate.core.balance.ServerTerms;
import footplate.core.config.Problem;
import footplate.core.config.Upstream;
import footplate.core.config.servers.Group;
import footplate.core.config.servers.Server;
import footplate.core.discover.Found;
import footplate.core.discover.Question;
import footplate.core.keep.Configured;
import footplate.core.keep.Configured.Spot;
import footplate.core.name.AppName;
import footplate.core.name.HostName;
import footplate.core.route.Routing;
import footplate.core.route.UpstreamPlan;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the servers that a configuration names by name: those with {@code resolve} again and again, for as long as it is in force; the
 * others once, when it is put in force. What is found is told, and nothing else done. {@link #follow} is for one thread at a time.
 */
public final class Discovery implements AutoCloseable {
    private static final long AGAIN_MILLIS = 5_000;

    private final Asker asker;
    private final Finding found;
    private final Consumer<String> tell;
    private final Map<Spot, Watching> watching = new ConcurrentHashMap<>();

    /** Is told where a server is; returns at once. */
    public interface Finding {
        void at(Spot spot, Server server, List<UpstreamPlan.Place> places);
    }

    /** Asks name servers. */
    public interface Asker {
        /**
         * Asks now, and again as times to live run out.
         *
         * @param changed the servers, each time that they have changed; returns at once
         * @param tell what an operator has to know; returns at once
         */
        AutoCloseable watch(Question question, Consumer<List<Found>> changed, Consumer<String> tell);
    }

    private record Sought(Server server, List<String> resolvers) {}

    private record Watching(Sought sought, AutoCloseable asking) {}

    /**
     * @param found is told where a server is; returns at once
     * @param tell takes lines for the operator
     */
    public Discovery(Asker asker, Finding found, Consumer<String> tell) {
        this.asker = asker;
        this.found = found;
        this.tell = tell;
    }

    /**
     * Looks those names up that are looked up once. Blocks as long as the machine's resolver does.
     *
     * @param problems takes the names that are not known
     */
    public static Map<Spot, List<UpstreamPlan.Place>> lookUp(Routing routing, List<Problem> problems) {
        var places = new HashMap<Spot, List<UpstreamPlan.Place>>();
        routing.groups().forEach((name, group) -> {
            for (int i = 0; i < group.servers().size(); i++) {
                var server = group.servers().get(i);
                var host = once(server);
                if (host != null) {
                    try {
                        places.put(new Spot(name, i), places(server, InetAddress.getAllByName(host)));
                    } catch (UnknownHostException unknown) {
                        problems.add(new Problem(
                                "upstream '" + name + "', server "
                                        + server.where().describe(),
                                "no address is known for the name '" + host + "'",
                                "Mend the name, or write 'name', 'port' and 'resolve: true' for one that will be known later ('getent hosts "
                                        + host + "' shows what this machine knows)."));
                    }
                }
            }
        });
        return places;
    }

    /** The name of a server that is looked up once; null if it has none, or is looked up again and again. */
    private static @Nullable String once(Server server) {
        return server.where() instanceof Server.Fixed(Upstream.Tcp(var host, int _)) && !isNumeric(host) ? host : null;
    }

    private static boolean isNumeric(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    private static List<UpstreamPlan.Place> places(Server server, InetAddress[] addresses) {
        var places = new ArrayList<UpstreamPlan.Place>();
        if (server.where() instanceof Server.Fixed(Upstream.Tcp(var _, int port))) {
            for (var address : addresses) {
                var place = new Upstream.Tcp(address.getHostAddress(), port).toString();
                places.add(new UpstreamPlan.Place(place, place, Configured.terms(server)));
            }
        }
        return places;
    }

    /** Has those names watched that this configuration has, and no others; null: none. */
    public void follow(@Nullable Configured configured) {
        var spots = new HashSet<Spot>();
        if (configured != null) {
            configured.routing().groups().forEach((name, group) -> group(name, group, configured, spots));
        }
        for (var spot : List.copyOf(watching.keySet())) {
            if (!spots.contains(spot)) {
                end(spot);
            }
        }
    }

    private void group(AppName name, Group group, Configured configured, Set<Spot> spots) {
        for (int i = 0; i < group.servers().size(); i++) {
            var server = group.servers().get(i);
            var spot = new Spot(name, i);
            var sought = new Sought(server, configured.configuration().resolvers());
            var now = watching.get(spot);
            boolean same = now != null && now.sought().equals(sought);
            if (server.where() instanceof Server.Looked looked) {
                spots.add(spot);
                if (!same) {
                    end(spot);
                    watching.put(spot, new Watching(sought, watch(spot, server, looked, sought.resolvers())));
                }
            } else if (once(server) != null && !configured.places().containsKey(spot)) {
                spots.add(spot);
                if (!same) {
                    end(spot);
                    watching.put(spot, new Watching(sought, untilKnown(spot, server)));
                }
            }
        }
    }

    private AutoCloseable watch(Spot spot, Server server, Server.Looked looked, List<String> resolvers) {
        var host = new HostName(looked.name());
        var port = looked.port();
        var sought = port == null ? new Question.Service(looked.service(), host) : new Question.Host(host, port);
        return asker.watch(
                new Question(sought, resolvers),
                servers -> found.at(
                        spot,
                        server,
                        servers.stream().map(each -> place(server, each)).toList()),
                line -> tell.accept("upstream " + spot.upstream() + ": " + line));
    }

    /** What the name server says of a server's share counts as a multiple of what the operator says. */
    private static UpstreamPlan.Place place(Server server, Found found) {
        var terms = Configured.terms(server);
        var weight = (int) Math.min((long) terms.weight() * found.weight(), ServerTerms.MOST_WEIGHT);
        return new UpstreamPlan.Place(
                found.place(),
                found.place(),
                new ServerTerms(
                        weight,
                        terms.maxConns(),
                        terms.maxFails(),
                        terms.failTimeout(),
                        terms.slowStart(),
                        terms.backup() || found.backup(),
                        terms.down()));
    }

    /** After a restart of ours: the machine's resolver may not be there yet. */
    private AutoCloseable untilKnown(Spot spot, Server server) {
        var host = once(server);
        var thread = Thread.ofVirtual().name("look-up").unstarted(() -> {
            boolean told = false;
            while (host != null) {
                try {
                    found.at(spot, server, places(server, InetAddress.getAllByName(host)));
                    return;
                } catch (UnknownHostException unknown) {
                    if (!told) {
                        told = true;
                        tell.accept("upstream %s: no address is known for '%s' yet".formatted(spot.upstream(), host));
                    }
                }
                try {
                    Thread.sleep(AGAIN_MILLIS);
                } catch (InterruptedException asked) {
                    return;
                }
            }
        });
        thread.start();
        return thread::interrupt;
    }

    private void end(Spot spot) {
        var now = watching.remove(spot);
        if (now != null) {
            try {
                now.asking().close();
            } catch (Exception never) {
                throw new IllegalStateException("asking for " + spot + " does not end", never);
            }
        }
    }

    @Override
    public void close() {
        follow(null);
    }
}
