/** The control API's wire records, version 1: a promise to users. Fields may be added; none is renamed, removed or given another meaning. */
@NullMarked
package footplate.api.v1;

import org.jspecify.annotations.NullMarked;
