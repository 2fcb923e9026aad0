@NullMarked
package footplate.core.unit;

import org.jspecify.annotations.NullMarked;
