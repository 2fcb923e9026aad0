/** What of TLS can be read without taking part in it. */
@NullMarked
package footplate.core.tls;

import org.jspecify.annotations.NullMarked;
