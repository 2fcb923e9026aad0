package footplate.daemon.control;

import footplate.core.config.AppDefinition;
import footplate.daemon.config.Refused;
import footplate.daemon.keep.Keeper;

/** Port 0 asks for any: the one that the app has already, or a free one. From then on it is the app's own. */
record OwnPort(Keeper keeper, Commands.Surroundings surroundings) {
    AppDefinition of(AppDefinition app) throws Refused {
        if (app.entry().port() != 0) {
            return app;
        }
        var address = app.entry().address();
        var known = keeper.state().apps().get(app.name());
        if (known != null
                && !known.deleted()
                && known.definition().entry().address().equals(address)) {
            return app.onPort(known.definition().entry().port());
        }
        return app.onPort(surroundings.freePort(address));
    }
}
