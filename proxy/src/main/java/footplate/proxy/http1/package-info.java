@NullMarked
package footplate.proxy.http1;

import org.jspecify.annotations.NullMarked;
