@NullMarked
package footplate.proxy.files;

import org.jspecify.annotations.NullMarked;
