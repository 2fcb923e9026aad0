package footplate.daemon.keep;

import footplate.api.json.Json;
import footplate.api.json.JsonBody;
import footplate.api.json.Malformed;
import footplate.core.config.Upstream;
import footplate.core.config.servers.Server;
import footplate.core.keep.Configured;
import footplate.core.name.AppName;
import footplate.core.route.Routing;
import footplate.core.route.UpstreamPlan;
import footplate.core.rule.limit.KeyedHash;
import footplate.core.rule.limit.RuleStates;
import footplate.daemon.config.ConfigurationFile;
import footplate.daemon.config.Refused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Copies of the configuration files that were accepted, as they were then: what is in force outlives a daemon, whatever has become of
 * the file meanwhile. Each lies under the digest of its content, readable by its owner only; the state names the one that counts.
 */
public final class AcceptedFiles {
    private final Path folder;

    /** @param home the daemon's */
    public AcceptedFiles(Path home) {
        folder = home.resolve("configuration");
    }

    /**
     * Puts a file by that was accepted, and makes what the Keeper takes of it.
     *
     * @param found where servers are that are named by names which are looked up once
     */
    public Configured keep(
            ConfigurationFile file, Routing routing, Map<Configured.Spot, List<UpstreamPlan.Place>> found)
            throws IOException {
        var text = text(file);
        var mark = digest(text);
        Files.createDirectories(folder);
        if (!Files.exists(path(mark))) {
            DurableFile.write(path(mark), text);
        }
        return configured(file, mark, routing, found);
    }

    /** What the Keeper takes of a file that nothing is kept of. */
    public static Configured unkept(
            ConfigurationFile file, Routing routing, Map<Configured.Spot, List<UpstreamPlan.Place>> found) {
        return configured(file, "", routing, found);
    }

    private static Configured configured(
            ConfigurationFile file,
            String mark,
            Routing routing,
            Map<Configured.Spot, List<UpstreamPlan.Place>> found) {
        var places = new HashMap<>(known(routing));
        places.putAll(found);
        return new Configured(file.file().toString(), file.variables(), mark, file.configuration(), routing, places);
    }

    /** What limits begin with: a key that no client can know. */
    public static RuleStates states() {
        var random = new SecureRandom();
        return new RuleStates(new KeyedHash(random.nextLong(), random.nextLong()));
    }

    /** All addresses of this machine, of both kinds where it has both. */
    public static String everyAddress() {
        return Files.exists(Path.of("/proc/net/if_inet6")) ? "::" : "0.0.0.0";
    }

    /** Takes back what was kept. */
    Configured read(String file, String mark) throws IOException, Refused, Malformed {
        if (!mark.matches("[0-9a-f]{64}")) {
            throw new Malformed("configuration", "names no copy");
        }
        var fields = Json.object("configuration", Files.readString(path(mark), StandardCharsets.UTF_8));
        var read = ConfigurationFile.again(Path.of(file), fields.text("text"), fields.map("variables"));
        return configured(read, mark, Routing.of(read.configuration(), everyAddress(), states()), Map.of());
    }

    /** Removes all copies but the one that counts. */
    public void sweep(String mark) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                if (!file.equals(path(mark))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | UncheckedIOException later) {
            // The next one that is accepted sweeps again.
        }
    }

    private Path path(String mark) {
        return folder.resolve(mark + ".json");
    }

    private static String text(ConfigurationFile file) {
        return Json.text((JsonBody) out -> {
            out.text("text", file.text());
            out.map("variables", file.variables());
        });
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** Where those servers are that are named by an address. */
    private static Map<Configured.Spot, List<UpstreamPlan.Place>> known(Routing routing) {
        var places = new HashMap<Configured.Spot, List<UpstreamPlan.Place>>();
        routing.groups().forEach((name, group) -> {
            for (int i = 0; i < group.servers().size(); i++) {
                var place = place(group.servers().get(i));
                if (!place.isEmpty()) {
                    places.put(new Configured.Spot(new AppName(name.value()), i), place);
                }
            }
        });
        return places;
    }

    private static List<UpstreamPlan.Place> place(Server server) {
        if (!(server.where() instanceof Server.Fixed(var address))) {
            return List.of();
        }
        return switch (address) {
            case Upstream.Unix unix ->
                List.of(new UpstreamPlan.Place(unix.toString(), unix.toString(), Configured.terms(server)));
            case Upstream.Tcp(var host, int port) -> {
                if (!isNumeric(host)) {
                    yield List.of();
                }
                var literal = new Upstream.Tcp(InetAddress.ofLiteral(host).getHostAddress(), port).toString();
                yield List.of(new UpstreamPlan.Place(literal, address.toString(), Configured.terms(server)));
            }
        };
    }

    private static boolean isNumeric(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException name) {
            return false;
        }
    }
}
