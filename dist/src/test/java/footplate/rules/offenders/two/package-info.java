/** Code that breaks rules on purpose, so that RoomsTest can see them fail. */
@NullMarked
package footplate.rules.offenders.two;

import org.jspecify.annotations.NullMarked;
