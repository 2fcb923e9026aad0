/** Finds the servers of upstreams that are named by name. */
@NullMarked
package footplate.daemon.discover;

import org.jspecify.annotations.NullMarked;
