package footplate.core.config.routes;

import footplate.core.config.Upstream;

/** What a route's requests come to. */
public sealed interface Target {
    /** As it was written. */
    String describe();

    record ToApp(String name) implements Target {
        @Override
        public String describe() {
            return name;
        }
    }

    record ToGroup(String name) implements Target {
        @Override
        public String describe() {
            return name;
        }
    }

    /** One server. */
    record ToServer(Upstream server) implements Target {
        @Override
        public String describe() {
            return server.toString();
        }
    }

    /**
     * The server that the address names once the request's parts are in it.
     *
     * @param resolver address of the name server to ask; empty: the usual one
     */
    record ToAddress(Template address, String resolver) implements Target {
        @Override
        public String describe() {
            return address.text();
        }
    }

    /** A redirect; nothing is asked. */
    record Elsewhere(Template location, int status) implements Target {
        @Override
        public String describe() {
            return status + " " + location.text();
        }
    }

    /** Whatever would answer without this route, or nobody: the route is for its rules alone. */
    record Maintained() implements Target {
        @Override
        public String describe() {
            return "maintenance";
        }
    }
}
