/** How to find a running Footplate and talk to it. */
@NullMarked
package footplate.api.client;

import org.jspecify.annotations.NullMarked;
