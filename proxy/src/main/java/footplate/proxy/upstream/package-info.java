@NullMarked
package footplate.proxy.upstream;

import org.jspecify.annotations.NullMarked;
