@NullMarked
package footplate.proxy.body;

import org.jspecify.annotations.NullMarked;
