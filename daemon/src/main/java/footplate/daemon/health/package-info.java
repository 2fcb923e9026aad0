@NullMarked
package footplate.daemon.health;

import org.jspecify.annotations.NullMarked;
