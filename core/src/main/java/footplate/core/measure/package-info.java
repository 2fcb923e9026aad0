/** What is counted of requests, and what comes out of it. */
@NullMarked
package footplate.core.measure;

import org.jspecify.annotations.NullMarked;
