/** The program: which of its parts an invocation is for. */
@NullMarked
package footplate.dist;

import org.jspecify.annotations.NullMarked;
