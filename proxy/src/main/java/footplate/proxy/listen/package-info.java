@NullMarked
package footplate.proxy.listen;

import org.jspecify.annotations.NullMarked;
