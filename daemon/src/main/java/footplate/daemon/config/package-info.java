@NullMarked
package footplate.daemon.config;

import org.jspecify.annotations.NullMarked;
