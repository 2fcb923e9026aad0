@NullMarked
package footplate.api.v1;

import org.jspecify.annotations.NullMarked;
