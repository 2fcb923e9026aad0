/** Which server gets a request: methods, weights, and whether a server is in. See ADR 29. */
@NullMarked
package footplate.core.balance;

import org.jspecify.annotations.NullMarked;
