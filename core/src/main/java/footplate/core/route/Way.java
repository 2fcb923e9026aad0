package footplate.core.route;

import footplate.core.config.routes.Route;
import footplate.core.match.Phrase;
import footplate.core.name.AppName;
import footplate.core.rule.RouteRules;
import org.jspecify.annotations.Nullable;

/**
 * What a route of the configuration comes to.
 *
 * @param place its place among the routes
 * @param route as it is written
 * @param rules what is done to its requests on the way; null: nothing
 */
public record Way(int place, Route route, @Nullable RouteRules rules, Lead lead) {
    /** Where its requests go. */
    public sealed interface Lead {}

    /** To an app, or to servers that we did not start. */
    public record ToPool(AppName name) implements Lead {}

    /**
     * To the server whose address is known when the request's parts are in it.
     *
     * @param resolver the name server to ask; empty: the usual ones
     */
    public record ToAddress(Phrase address, String resolver) implements Lead {}

    /** Nowhere: a redirect answers. */
    public record ToNobody() implements Lead {}

    /** Where they would go without this route, which is for its rules alone. */
    public record Onward() implements Lead {}
}
