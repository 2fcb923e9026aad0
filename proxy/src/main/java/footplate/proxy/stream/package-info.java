@NullMarked
package footplate.proxy.stream;

import org.jspecify.annotations.NullMarked;
