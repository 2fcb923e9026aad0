@NullMarked
package footplate.proxy.access;

import org.jspecify.annotations.NullMarked;
