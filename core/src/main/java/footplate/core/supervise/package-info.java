@NullMarked
package footplate.core.supervise;

import org.jspecify.annotations.NullMarked;
