package footplate.proxy.flow;

import static java.nio.charset.StandardCharsets.US_ASCII;

import footplate.core.http.AskedFields;
import footplate.core.http.RequestHead;
import footplate.core.http.ResponseHead;
import footplate.core.measure.Outcomes;
import footplate.core.route.AppRoute;
import footplate.core.route.RoutingTable;
import footplate.core.route.Split;
import footplate.core.route.Target;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The part of an exchange that knows of new releases beside the running one: which side a request is for, what its client
 * is given to stay there, and how the request ended.
 */
final class Sides {
    private static final int WEEK_SECONDS = 604_800;

    private int newPlace = -1;
    private @Nullable Outcomes outcomes;
    private @Nullable Outcomes answeredIn;
    private long sinceNanos;

    /** The route of the side that a request is for; {@code app} itself if there is no canary. */
    AppRoute choose(AppRoute app, RequestHead head) {
        newPlace = -1;
        outcomes = null;
        answeredIn = null;
        var canary = app.canary();
        if (canary == null) {
            return app;
        }
        var side = canary.split().of(new Split.Asked() {
            @Override
            public @Nullable String header(String name) {
                return AskedFields.header(head, name);
            }

            @Override
            public @Nullable String cookie(String name) {
                return AskedFields.cookie(head, name);
            }

            @Override
            public int anyPlace() {
                return ThreadLocalRandom.current().nextInt(Split.PLACES);
            }
        });
        newPlace = side.newPlace();
        // Its processes may all have ended just now: the running release answers then.
        return side.fresh() && !canary.route().targets().isEmpty() ? canary.route() : app;
    }

    /**
     * The app's own route, for a request whose side is gone.
     *
     * @return null if {@code side} is the app's own already, or the app is gone, too
     */
    static @Nullable AppRoute instead(RoutingTable newest, AppRoute side) {
        var own = newest.apps().get(side.app());
        return own == null || own.gate() == side.gate() ? null : own.with(side.over());
    }

    /** A process was chosen. */
    void claimed(Target target, long nowNanos) {
        outcomes = target.load().outcomes();
        answeredIn = null;
        sinceNanos = nowNanos;
    }

    /** The head of the final answer has come. */
    void answered(ResponseHead head) {
        if (newPlace >= 0) {
            head.add(("Set-Cookie: " + Split.COOKIE + "=" + newPlace + "; Path=/; Max-Age=" + WEEK_SECONDS
                            + "; HttpOnly; SameSite=Lax\r\n")
                    .getBytes(US_ASCII));
            newPlace = -1;
        }
        ended(head.status() >= 500);
    }

    /** No answer came, or not all of it, or none that could be passed on. */
    void failed() {
        if (outcomes == null && answeredIn != null) {
            answeredIn.alsoFailed();
            answeredIn = null;
        }
        ended(true);
    }

    private void ended(boolean error) {
        if (outcomes != null) {
            outcomes.record(System.nanoTime() - sinceNanos, error);
            answeredIn = error ? null : outcomes;
            outcomes = null;
        }
    }
}
