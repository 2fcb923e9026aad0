package footplate.proxy.listen;

import footplate.core.config.Entry.Binding;

/**
 * A listening address in use.
 *
 * @param asked what was asked for; the routing table names it so
 * @param port the actual port, which differs where 0 was asked for
 */
public record Bound(Binding asked, int port) {}
