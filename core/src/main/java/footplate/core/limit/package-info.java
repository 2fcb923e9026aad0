@NullMarked
package footplate.core.limit;

import org.jspecify.annotations.NullMarked;
