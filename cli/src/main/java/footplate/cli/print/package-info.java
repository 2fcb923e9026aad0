@NullMarked
package footplate.cli.print;

import org.jspecify.annotations.NullMarked;
