/** What each command does: ask over the control socket, print the answer, return the exit code. */
@NullMarked
package footplate.cli.command;

import org.jspecify.annotations.NullMarked;
