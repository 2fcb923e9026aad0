/** What people see: tables, words, colours where they are wanted, and nothing an app could break a terminal with. */
@NullMarked
package footplate.cli.print;

import org.jspecify.annotations.NullMarked;
