/** How one daemon follows another without a client noticing. */
@NullMarked
package footplate.daemon.upgrade;

import org.jspecify.annotations.NullMarked;
