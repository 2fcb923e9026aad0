/** Who a connection's client is, told by the proxy that passes the connection on (PROXY protocol, versions 1 and 2). */
@NullMarked
package footplate.core.proxyprotocol;

import org.jspecify.annotations.NullMarked;
