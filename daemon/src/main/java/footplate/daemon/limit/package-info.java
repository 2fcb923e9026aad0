@NullMarked
package footplate.daemon.limit;

import org.jspecify.annotations.NullMarked;
