@NullMarked
package footplate.core.match;

import org.jspecify.annotations.NullMarked;
