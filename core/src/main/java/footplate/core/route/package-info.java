@NullMarked
package footplate.core.route;

import org.jspecify.annotations.NullMarked;
