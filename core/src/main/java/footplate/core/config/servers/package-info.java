@NullMarked
package footplate.core.config.servers;

import org.jspecify.annotations.NullMarked;
