@NullMarked
package footplate.daemon.watch;

import org.jspecify.annotations.NullMarked;
