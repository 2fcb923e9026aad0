/** How new processes take the place of old ones: strategies, their steps, and the judgement of a new release. */
@NullMarked
package footplate.core.deploy;

import org.jspecify.annotations.NullMarked;
