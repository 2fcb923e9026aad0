/** Releases on disk: how they are made of a folder, an archive or a commit, kept, and swept; and the checks of new ones. */
@NullMarked
package footplate.daemon.deploy;

import org.jspecify.annotations.NullMarked;
