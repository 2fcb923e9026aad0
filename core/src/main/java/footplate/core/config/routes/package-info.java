@NullMarked
package footplate.core.config.routes;

import org.jspecify.annotations.NullMarked;
