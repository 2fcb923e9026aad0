/** What a deploy needs of the world: checks of new releases. */
@NullMarked
package footplate.daemon.deploy;

import org.jspecify.annotations.NullMarked;
