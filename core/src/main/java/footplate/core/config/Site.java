package footplate.core.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code footplate proxy} and {@code footplate serve} serve: servers that we did not start, or a folder of files.
 *
 * @param servers those that requests are sent to; empty for files
 * @param folder absolute path of the files; empty for servers
 * @param bind address to listen on, as it was written; null for this machine only
 * @param port 1 to 65535, or 0 for any free one
 * @param accessLog absolute path of its access log's file; null for the standard output
 * @param settings what was chosen, for the server and for its one app alike
 */
public record Site(
        List<Upstream> servers,
        String folder,
        @Nullable String bind,
        int port,
        @Nullable String accessLog,
        Settings settings) {
    public Site {
        servers = List.copyOf(servers);
        if (servers.isEmpty() == folder.isEmpty()) {
            throw new IllegalArgumentException("a site has either servers or a folder");
        }
    }
}
