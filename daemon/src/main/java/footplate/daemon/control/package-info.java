@NullMarked
package footplate.daemon.control;

import org.jspecify.annotations.NullMarked;
