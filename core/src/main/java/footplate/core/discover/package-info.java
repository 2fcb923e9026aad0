/** Servers that are found by name while they run: what is asked, how answers are read, and what is known when. */
@NullMarked
package footplate.core.discover;

import org.jspecify.annotations.NullMarked;
