@NullMarked
package footplate.cli.command;

import org.jspecify.annotations.NullMarked;
