@NullMarked
package footplate.daemon.observe;

import org.jspecify.annotations.NullMarked;
