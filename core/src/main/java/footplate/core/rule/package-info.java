/** What is done to a route's requests and answers on their way: decisions, and nothing else. See ADR 32. */
@NullMarked
package footplate.core.rule;

import org.jspecify.annotations.NullMarked;
