@NullMarked
package footplate.core.config.form;

import org.jspecify.annotations.NullMarked;
