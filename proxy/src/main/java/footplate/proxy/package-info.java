@NullMarked
package footplate.proxy;

import org.jspecify.annotations.NullMarked;
