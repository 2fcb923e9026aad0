@NullMarked
package footplate.core.happen;

import org.jspecify.annotations.NullMarked;
