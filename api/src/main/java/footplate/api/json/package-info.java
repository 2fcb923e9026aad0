/** JSON as the control API speaks it: strict, bounded, and never reflective. The one place that sees the JSON library. */
@NullMarked
package footplate.api.json;

import org.jspecify.annotations.NullMarked;
