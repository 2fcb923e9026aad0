@NullMarked
package footplate.proxy.page;

import org.jspecify.annotations.NullMarked;
