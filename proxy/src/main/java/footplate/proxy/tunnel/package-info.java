@NullMarked
package footplate.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
