@NullMarked
package footplate.core.health;

import org.jspecify.annotations.NullMarked;
