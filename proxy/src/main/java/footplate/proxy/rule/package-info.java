/** What routes' rules need of files, threads and names. See ADR 32. */
@NullMarked
package footplate.proxy.rule;

import org.jspecify.annotations.NullMarked;
