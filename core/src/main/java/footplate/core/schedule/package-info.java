@NullMarked
package footplate.core.schedule;

import org.jspecify.annotations.NullMarked;
