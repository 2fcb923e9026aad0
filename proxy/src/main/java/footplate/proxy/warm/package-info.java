@NullMarked
package footplate.proxy.warm;

import org.jspecify.annotations.NullMarked;
