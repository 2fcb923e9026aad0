@NullMarked
package footplate.core.config.file;

import org.jspecify.annotations.NullMarked;
