@NullMarked
package footplate.core.pool;

import org.jspecify.annotations.NullMarked;
