@NullMarked
package footplate.core.keep;

import org.jspecify.annotations.NullMarked;
