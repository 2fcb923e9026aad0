package footplate.proxy.flow;

import footplate.core.route.AppRoute;
import footplate.core.route.Availability;
import footplate.core.route.RoutingTable;
import footplate.core.supervise.StartFailure;
import footplate.proxy.page.Page;
import footplate.proxy.page.Pages;

/** What is shown instead of an app that could not be started: everything to its developer, an id to others. */
final class Unavailable {
    private Unavailable() {}

    static Page page(AppRoute app, StartFailure failure, boolean html) {
        return app.development() ? Pages.journey(failure, html) : Pages.unavailable(failure, html);
    }

    /** With the failure that the newest table knows; it may be a moment ahead of the one the request has read. */
    static Page page(RoutingTable newest, AppRoute app, boolean html) {
        var now = newest.apps().get(app.app());
        return now != null && now.availability() instanceof Availability.Failed(StartFailure failure)
                ? page(app, failure, html)
                : Pages.stopped(html);
    }
}
