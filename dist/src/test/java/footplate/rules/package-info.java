/** Rules over all modules. */
@NullMarked
package footplate.rules;

import org.jspecify.annotations.NullMarked;
