@NullMarked
package footplate.core.retry;

import org.jspecify.annotations.NullMarked;
