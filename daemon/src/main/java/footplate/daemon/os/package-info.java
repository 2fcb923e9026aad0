@NullMarked
package footplate.daemon.os;

import org.jspecify.annotations.NullMarked;
