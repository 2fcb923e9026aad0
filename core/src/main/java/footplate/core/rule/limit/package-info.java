/** How many requests in a time, and how many at once, each client, route or key may have. See ADR 32. */
@NullMarked
package footplate.core.rule.limit;

import org.jspecify.annotations.NullMarked;
