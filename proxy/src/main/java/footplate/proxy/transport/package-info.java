@NullMarked
package footplate.proxy.transport;

import org.jspecify.annotations.NullMarked;
