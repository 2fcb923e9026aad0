/** Names and passwords: files as htpasswd writes them, and what their hashes are. See ADR 32. */
@NullMarked
package footplate.core.rule.users;

import org.jspecify.annotations.NullMarked;
