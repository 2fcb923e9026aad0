@NullMarked
package footplate.core.http;

import org.jspecify.annotations.NullMarked;
