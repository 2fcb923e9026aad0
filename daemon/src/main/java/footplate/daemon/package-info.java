@NullMarked
package footplate.daemon;

import org.jspecify.annotations.NullMarked;
