@NullMarked
package footplate.api.client;

import org.jspecify.annotations.NullMarked;
