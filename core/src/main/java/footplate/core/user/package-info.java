@NullMarked
package footplate.core.user;

import org.jspecify.annotations.NullMarked;
