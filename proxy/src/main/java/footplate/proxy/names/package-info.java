@NullMarked
package footplate.proxy.names;

import org.jspecify.annotations.NullMarked;
