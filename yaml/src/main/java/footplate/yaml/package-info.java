@NullMarked
package footplate.yaml;

import org.jspecify.annotations.NullMarked;
