package footplate.core.rule;

import footplate.core.config.routes.Rules;

/**
 * Who may come in (nginx: allow, deny). Where an address is in networks of both lists the narrowest decides, and of two that are the same the one
 * that denies; where nothing is allowed by name, everybody is who is not denied. Immutable.
 */
final class Access {
    private final Networks allow;
    private final Networks deny;

    Access(Rules.Access rule) {
        allow = new Networks(rule.allow());
        deny = new Networks(rule.deny());
    }

    boolean admits(ClientAddress client) {
        int denied = deny.narrowest(client);
        if (allow.isEmpty()) {
            return denied < 0;
        }
        return allow.narrowest(client) > denied;
    }
}
