package footplate.daemon.keep;

import footplate.core.balance.ServerTerms;
import footplate.core.balance.Sticky;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.AppName;
import footplate.core.route.Balancing;
import footplate.core.route.Fleet;
import footplate.core.route.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What balancing knows of apps' processes, of apps whose operator has chosen how. The Keeper's thread only. */
final class Fleets {
    private final Secret secret;
    private final Map<Side, Kept> kept = new HashMap<>();

    /** The processes that serve an app, or those of its new release. */
    private record Side(AppName app, boolean beside) {}

    private record Kept(String method, @Nullable Sticky sticky, Fleet fleet) {}

    Fleets(Secret secret) {
        this.secret = secret;
    }

    /** How one of these processes is chosen; null: by Passenger's rule, which takes no memory. */
    @Nullable
    Balancing balancing(AppName app, boolean beside, List<Target> targets, Settings http, long nowNanos) {
        var side = new Side(app, beside);
        var terms = Fleet.Terms.of(http, secret, null);
        if (terms == null) {
            kept.remove(side);
            return null;
        }
        var method = http.text(Setting.BALANCE);
        var its = kept.get(side);
        if (its == null || !its.method().equals(method) || !Objects.equals(its.sticky(), terms.sticky())) {
            its = new Kept(method, terms.sticky(), new Fleet(terms));
            kept.put(side, its);
        }
        return its.fleet()
                .of(
                        targets.stream()
                                .map(target -> new Fleet.Member(
                                        target, target.instance().toString(), ServerTerms.INSTANCE))
                                .toList(),
                        nowNanos);
    }

    /** Forgets the apps that are gone. */
    void keepOnly(Set<AppName> apps, Set<AppName> besides) {
        kept.keySet().removeIf(side -> !(side.beside() ? besides : apps).contains(side.app()));
    }
}
