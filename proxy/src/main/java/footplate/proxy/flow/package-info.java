@NullMarked
package footplate.proxy.flow;

import org.jspecify.annotations.NullMarked;
