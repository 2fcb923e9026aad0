@NullMarked
package footplate.daemon.keep;

import org.jspecify.annotations.NullMarked;
