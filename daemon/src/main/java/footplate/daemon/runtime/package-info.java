/**
 * What is known about the kinds of apps: how one is recognized in a folder, how its process is started, when it is ready, what it
 * reports, and why it did not start.
 */
@NullMarked
package footplate.daemon.runtime;

import org.jspecify.annotations.NullMarked;
