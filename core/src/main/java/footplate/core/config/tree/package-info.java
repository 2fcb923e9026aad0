@NullMarked
package footplate.core.config.tree;

import org.jspecify.annotations.NullMarked;
