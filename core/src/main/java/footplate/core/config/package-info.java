@NullMarked
package footplate.core.config;

import org.jspecify.annotations.NullMarked;
