@NullMarked
package footplate.daemon.output;

import org.jspecify.annotations.NullMarked;
