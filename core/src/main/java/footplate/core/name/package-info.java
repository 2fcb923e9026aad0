@NullMarked
package footplate.core.name;

import org.jspecify.annotations.NullMarked;
