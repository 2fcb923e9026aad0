@NullMarked
package footplate.daemon.runtime;

import org.jspecify.annotations.NullMarked;
