@NullMarked
package footplate.bench;

import org.jspecify.annotations.NullMarked;
