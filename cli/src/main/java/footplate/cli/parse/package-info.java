/** The command line: commands and flags declared once; parsing, help and usage errors come from the declarations. */
@NullMarked
package footplate.cli.parse;

import org.jspecify.annotations.NullMarked;
