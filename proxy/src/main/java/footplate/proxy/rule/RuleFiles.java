package footplate.proxy.rule;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pages that stand in files, and addresses that stand for names: what takes time to find out, and is kept for a while. Nothing here may be called on a
 * loop but what says so. Safe for any thread.
 */
public final class RuleFiles {
    private static final int LARGEST_PAGE = 256 * 1024;
    private static final long PAGE_NANOS = 1_000_000_000L;
    private static final long ADDRESS_NANOS = 10_000_000_000L;

    /** Names come from the configuration alone; this is for one that changes all the time. */
    private static final int MOST = 1_024;

    private final Consumer<Throwable> bugs;
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final Map<String, Address> addresses = new ConcurrentHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Page(byte @Nullable [] content, long nanos) {}

    private record Address(@Nullable String address, long nanos) {}

    RuleFiles(Consumer<Throwable> bugs) {
        this.bugs = bugs;
    }

    /** A page's file; null if it cannot be read. */
    public byte @Nullable [] page(String file) {
        var known = pages.get(file);
        if (known != null && System.nanoTime() - known.nanos() < PAGE_NANOS) {
            return known.content();
        }
        byte[] content = null;
        try {
            var path = Path.of(file);
            if (Files.size(path) > LARGEST_PAGE) {
                throw new IOException("it has more than " + LARGEST_PAGE + " bytes");
            }
            content = Files.readAllBytes(path);
        } catch (IOException | InvalidPathException unreadable) {
            if (known == null || known.content() != null) {
                bugs.accept(new OperatorsMistake("page of maintenance " + file + " cannot be read ("
                        + Objects.requireNonNullElse(unreadable.getMessage(), "no reason is known")
                        + "): a plain one is shown. Put it there, of at most 256 KB."));
            }
        }
        bounded(pages).put(file, new Page(content, System.nanoTime()));
        return content;
    }

    /** The address of a server, numeric, if that needs nobody to be asked; else null. On a loop. */
    public @Nullable String knownAddress(String server) {
        var numeric = numeric(server);
        if (numeric != null) {
            return numeric;
        }
        var known = addresses.get(server);
        return known != null && System.nanoTime() - known.nanos() < ADDRESS_NANOS ? known.address() : null;
    }

    /**
     * The address of a server, numeric.
     *
     * @param server {@code name:port}
     * @return what was known last, if that cannot be found out now; null if nothing ever was
     */
    public @Nullable String address(String server) {
        var known = knownAddress(server);
        if (known != null) {
            return known;
        }
        var before = addresses.get(server);
        if (before != null && System.nanoTime() - before.nanos() < ADDRESS_NANOS) {
            // Nobody knew it a moment ago: whoever asks again would hold up the files of others.
            return before.address();
        }
        String found = before == null ? null : before.address();
        try {
            int colon = server.lastIndexOf(':');
            found = print(InetAddress.getByName(server.substring(0, colon))) + server.substring(colon);
        } catch (UnknownHostException unknown) {
            if (before == null || found != null) {
                bugs.accept(new OperatorsMistake("server " + server + " of a forward_auth is not known by that name"
                        + (found == null ? "" : ": " + found + " is asked, as before")
                        + ". Correct it, or write its address."));
            }
        }
        bounded(addresses).put(server, new Address(found, System.nanoTime()));
        return found;
    }

    private static @Nullable String numeric(String server) {
        int colon = server.lastIndexOf(':');
        var host = server.substring(0, colon);
        var bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            return print(InetAddress.ofLiteral(bare)) + server.substring(colon);
        } catch (IllegalArgumentException name) {
            return null;
        }
    }

    private static String print(InetAddress address) {
        var text = address.getHostAddress();
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }

    private static <T> Map<String, T> bounded(Map<String, T> map) {
        if (map.size() >= MOST) {
            map.clear();
        }
        return map;
    }
}
