@NullMarked
package footplate.testkit;

import org.jspecify.annotations.NullMarked;
