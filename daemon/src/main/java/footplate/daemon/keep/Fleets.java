package footplate.daemon.keep;

import footplate.core.balance.Balance;
import footplate.core.balance.Group;
import footplate.core.balance.ServerTerms;
import footplate.core.balance.Sticky;
import footplate.core.config.Secret;
import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.name.AppName;
import footplate.core.route.Balancing;
import footplate.core.route.Fleet;
import footplate.core.route.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What balancing knows of apps' processes, of apps whose operator has chosen how. The Keeper's thread only. */
final class Fleets {
    private static final String USUAL = Setting.BALANCE.standard();

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
        var method = http.text(Setting.BALANCE);
        var sticky =
                http.on(Setting.STICKY_SESSIONS) ? new Sticky(http.text(Setting.STICKY_SESSIONS_COOKIE), true) : null;
        if (method.equals(USUAL) && sticky == null) {
            kept.remove(side);
            return null;
        }
        var its = kept.get(side);
        if (its == null || !its.method().equals(method) || !Objects.equals(its.sticky(), sticky)) {
            its = new Kept(method, sticky, fleet(method, sticky));
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

    private Fleet fleet(String method, @Nullable Sticky sticky) {
        var read = Balance.read(Setting.BALANCE.label(), method, new ArrayList<>());
        return new Fleet(new Fleet.Terms(
                new Group(read == null ? new Balance.LeastBusy() : read),
                0,
                sticky,
                secret,
                Duration.ZERO,
                null,
                null));
    }

    /** Forgets the apps that are gone. */
    void keepOnly(Set<AppName> apps, Set<AppName> besides) {
        kept.keySet().removeIf(side -> !(side.beside() ? besides : apps).contains(side.app()));
    }
}
