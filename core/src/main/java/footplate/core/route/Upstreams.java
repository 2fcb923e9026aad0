package footplate.core.route;

import footplate.core.balance.Circuit;
import footplate.core.balance.OutlierTerms;
import footplate.core.balance.ServerTerms;
import footplate.core.balance.Sticky;
import footplate.core.config.Entry;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.servers.Balance;
import footplate.core.config.servers.Group;
import footplate.core.name.AppName;
import footplate.core.pool.Load;
import footplate.core.retry.NextUpstream;
import footplate.core.retry.NextUpstream.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes routes of the upstreams of a configuration, and keeps from one table to the next what must outlive them: queues, what each
 * server has in hand, what balancing knows of it. What did not change is the same object as before. Who writes the tables uses it,
 * and nobody else.
 */
public final class Upstreams {
    /** What no limit comes to. */
    private static final int MOST_TRIES = 1_000_000;

    private static final Entry NOWHERE = new Entry("127.0.0.1", 0, List.of());

    private final PoolSignals signals;
    private final Secret secret;
    private final Map<AppName, Kept> kept = new HashMap<>();
    private int nextTarget;

    /**
     * @param signals whose {@code drained} is called for servers, too: not those of processes
     * @param secret what cookies are signed with; the same after a restart
     */
    public Upstreams(PoolSignals signals, Secret secret) {
        this.signals = signals;
        this.secret = secret;
    }

    /** One upstream. */
    private static final class Kept {
        private final Gate gate;
        private Group group;
        private Fleet fleet;
        private Map<Seat, Target> targets = Map.of();
        private @Nullable Made made;

        Kept(Gate gate, Group group, Fleet fleet) {
            this.gate = gate;
            this.group = group;
            this.fleet = fleet;
        }
    }

    /** What makes a target another one: where it is, how much it takes at once, what its connections begin with, how it counts. */
    private record Seat(String address, int most, int proxyProtocol, ServerTerms terms) {}

    private record Made(UpstreamPlan plan, Settings server, AppRoute route) {}

    /**
     * The routes of these upstreams.
     *
     * @param server the settings for those that chose none
     * @param nowNanos {@link System#nanoTime}
     */
    public List<AppRoute> routes(List<UpstreamPlan> plans, Settings server, long nowNanos) {
        var routes = new ArrayList<AppRoute>();
        var names = new HashSet<AppName>();
        for (var plan : plans) {
            names.add(plan.name());
            routes.add(route(plan, server, nowNanos));
        }
        kept.entrySet().removeIf(entry -> {
            boolean gone = !names.contains(entry.getKey());
            if (gone) {
                entry.getValue()
                        .targets
                        .values()
                        .forEach(target -> target.load().close());
            }
            return gone;
        });
        return routes;
    }

    private AppRoute route(UpstreamPlan plan, Settings server, long nowNanos) {
        var its = kept.computeIfAbsent(
                plan.name(), name -> new Kept(new Gate(name, signals, nowNanos), plan.group(), fleet(plan.group())));
        var made = its.made;
        if (made != null && made.plan().equals(plan) && made.server().equals(server)) {
            return made.route();
        }
        if (!sharesAlike(its.group, plan.group())) {
            its.fleet = fleet(plan.group());
            // What was learnt by other rules stands in the targets, too.
            its.targets.values().forEach(target -> target.load().close());
            its.targets = Map.of();
        }
        its.group = plan.group();
        var route = route(plan, its, server, nowNanos);
        its.made = new Made(plan, server, route);
        return route;
    }

    private AppRoute route(UpstreamPlan plan, Kept its, Settings server, long nowNanos) {
        var group = plan.group();
        var circuit = circuit(group);
        var now = new HashMap<Seat, Target>();
        var addresses = new HashSet<String>();
        var members = new ArrayList<Fleet.Member>();
        boolean unlimited = true;
        for (var place : plan.servers()) {
            int most = circuit.concurrency(place.terms());
            unlimited &= most == 0;
            var seat = new Seat(place.address(), most, group.proxyProtocol(), place.terms());
            if (!addresses.add(place.address())) {
                // Two names may lead to one address.
                continue;
            }
            var target = its.targets.get(seat);
            if (target == null) {
                target = Target.server(
                        nextTarget++, place.address(), new Load(most, false, nowNanos), group.proxyProtocol());
            }
            now.put(seat, target);
            members.add(new Fleet.Member(target, place.name(), place.terms()));
        }
        its.targets.forEach((seat, target) -> {
            if (!now.containsKey(seat)) {
                target.load().close();
            }
        });
        its.targets = now;
        var chosen = server.with(group.settings());
        var http = chosen.chosen().containsKey(Setting.TRIES) ? chosen : chosen.with(Setting.TRIES, tries(group));
        return new AppRoute(
                plan.name(),
                NOWHERE,
                members.stream().map(Fleet.Member::target).toList(),
                new Availability.Serving(),
                its.gate,
                new AppRoute.Terms(
                        unlimited, false, circuit.pending(group.maxQueue()), group.queueTimeout(), false, "", http),
                null,
                its.fleet.of(members, plan.pending(), nowNanos));
    }

    private static String tries(Group group) {
        return Integer.toString(
                group.next().tries() == 0 ? MOST_TRIES : group.next().tries());
    }

    /** Whether what has been learnt by sharing out as {@code was} says is of use for {@code is}. */
    private static boolean sharesAlike(Group was, Group is) {
        return was.balance().equals(is.balance())
                && Objects.equals(was.sticky(), is.sticky())
                && was.next().equals(is.next())
                && Objects.equals(was.ejection(), is.ejection())
                && was.panicShare() == is.panicShare()
                && Objects.equals(was.breaker(), is.breaker());
    }

    private Fleet fleet(Group group) {
        var sticky = group.sticky();
        var ejection = group.ejection();
        return new Fleet(new Fleet.Terms(
                new footplate.core.balance.Group(balance(group.balance()), circuit(group)),
                group.panicShare(),
                sticky == null ? null : new Sticky(sticky.cookie(), true),
                secret,
                sticky == null ? Duration.ZERO : sticky.lifetime(),
                ejection == null ? null : outliers(ejection),
                next(group.next())));
    }

    private static Circuit circuit(Group group) {
        var breaker = group.breaker();
        return breaker == null
                ? Circuit.NONE
                : new Circuit(breaker.maxRequests(), breaker.maxPending(), breaker.failures(), breaker.time());
    }

    private static OutlierTerms outliers(Group.Ejection ejection) {
        var usual = OutlierTerms.STANDARD;
        return new OutlierTerms(
                ejection.failures(),
                usual.interval(),
                ejection.time(),
                usual.maxEjectionTime().compareTo(ejection.time()) < 0 ? ejection.time() : usual.maxEjectionTime(),
                ejection.mostShare(),
                usual.successRateMinimumHosts(),
                usual.successRateRequestVolume(),
                usual.successRateStdevFactor());
    }

    private static NextUpstream next(Group.Next next) {
        Set<Condition> conditions = EnumSet.noneOf(Condition.class);
        boolean nonIdempotent = false;
        for (var name : next.conditions()) {
            if (name.equals("non_idempotent")) {
                nonIdempotent = true;
            } else {
                conditions.add(Condition.valueOf(name.toUpperCase(Locale.ROOT)));
            }
        }
        return new NextUpstream(conditions, nonIdempotent, next.tries(), next.timeout());
    }

    private static footplate.core.balance.Balance balance(Balance written) {
        return switch (written) {
            case Balance.RoundRobin() -> new footplate.core.balance.Balance.RoundRobin();
            case Balance.LeastConnections() -> new footplate.core.balance.Balance.LeastConn();
            case Balance.RandomTwo() -> new footplate.core.balance.Balance.RandomTwo();
            case Balance.AddressHash() -> new footplate.core.balance.Balance.IpHash();
            case Balance.Hash(var key, boolean consistent) ->
                new footplate.core.balance.Balance.Hash(key.text(), consistent);
            case Balance.LeastTime(var until) ->
                new footplate.core.balance.Balance.LeastTime(
                        switch (until) {
                            case HEADER -> footplate.core.balance.Balance.LeastTime.Until.HEADER;
                            case LAST_BYTE -> footplate.core.balance.Balance.LeastTime.Until.LAST_BYTE;
                        },
                        false);
            case Balance.LeastBusyFirst() -> new footplate.core.balance.Balance.LeastBusy();
        };
    }
}
