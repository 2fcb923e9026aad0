package footplate.daemon.config;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.Upstream;
import footplate.core.config.file.App;
import footplate.core.config.file.Configuration;
import footplate.core.config.file.Stream;
import footplate.core.config.file.Worth;
import footplate.core.config.routes.Route;
import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Target;
import footplate.core.config.servers.Group;
import footplate.core.config.servers.Server;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the paths of a configuration absolute: they are taken from its file's folder. */
final class Located {
    private static final List<Setting> FOLDERS = List.of(Setting.ERROR_PAGES, Setting.SENDFILE_ROOT, Setting.TEMP_PATH);

    private final Path folder;

    private Located(Path folder) {
        this.folder = folder;
    }

    static Configuration in(Path folder, Configuration configuration) {
        var here = new Located(folder);
        return new Configuration(
                configuration.listen(),
                configuration.apps().stream().map(here::app).toList(),
                configuration.groups().stream().map(here::group).toList(),
                configuration.routes().stream().map(here::route).toList(),
                configuration.streams().stream().map(here::stream).toList(),
                configuration.resolvers(),
                configuration.reloads(),
                here.settings(configuration.settings()));
    }

    private String path(String written) {
        return written.isEmpty() ? "" : folder.resolve(written).normalize().toString();
    }

    private Settings settings(Settings settings) {
        var located = settings;
        for (var setting : FOLDERS) {
            var written = settings.chosen().get(setting);
            if (written != null) {
                located = located.with(setting, path(written));
            }
        }
        return located;
    }

    private App app(App app) {
        var env = new LinkedHashMap<String, Worth>();
        app.env()
                .forEach((name, worth) -> env.put(
                        name,
                        switch (worth) {
                            case Worth.Given given -> given;
                            case Worth.FromFile(var path) -> new Worth.FromFile(path(path));
                        }));
        return new App(
                app.name(),
                path(app.root().isEmpty() ? "." : app.root()),
                app.start(),
                app.build(),
                app.hosts(),
                app.listen(),
                app.environment(),
                env,
                app.instances(),
                app.running(),
                settings(app.settings()));
    }

    private Group group(Group group) {
        return new Group(
                group.name(),
                group.balance(),
                group.servers().stream().map(this::server).toList(),
                group.sticky(),
                group.health(),
                group.next(),
                group.ejection(),
                group.panicShare(),
                group.breaker(),
                group.maxQueue(),
                group.queueTimeout(),
                group.proxyProtocol(),
                settings(group.settings()));
    }

    private Server server(Server server) {
        return server.where() instanceof Server.Fixed(var address)
                ? new Server(
                        new Server.Fixed(upstream(address)),
                        server.weight(),
                        server.maxConnections(),
                        server.maxFails(),
                        server.failTimeout(),
                        server.slowStart(),
                        server.backup(),
                        server.down())
                : server;
    }

    private Upstream upstream(Upstream upstream) {
        return upstream instanceof Upstream.Unix(var path) ? new Upstream.Unix(path(path)) : upstream;
    }

    private Target target(Target target) {
        return target instanceof Target.ToServer(var server) ? new Target.ToServer(upstream(server)) : target;
    }

    private @Nullable Target targetOrNull(@Nullable Target target) {
        return target == null ? null : target(target);
    }

    private Stream stream(Stream stream) {
        Map<String, Target> sni = new LinkedHashMap<>();
        stream.sni().forEach((name, target) -> sni.put(name, target(target)));
        return new Stream(
                stream.listen(),
                stream.protocol(),
                targetOrNull(stream.to()),
                sni,
                stream.idle(),
                stream.proxyProtocol());
    }

    private Route route(Route route) {
        return new Route(
                route.hosts(),
                route.path(),
                route.methods(),
                route.headers(),
                route.query(),
                target(route.to()),
                rules(route.rules()),
                route.settings());
    }

    private Rules rules(Rules rules) {
        var basic = rules.basicAuth();
        var maintenance = rules.maintenance();
        var mirror = rules.mirror();
        return new Rules(
                rules.rewrite(),
                rules.stripPrefix(),
                rules.requestHeaders(),
                rules.responseHeaders(),
                rules.hsts(),
                rules.cors(),
                basic == null ? null : new Rules.BasicAuth(path(basic.users()), basic.realm()),
                rules.forwardAuth(),
                rules.access(),
                rules.realIp(),
                rules.rateLimit(),
                rules.concurrencyLimit(),
                maintenance == null
                        ? null
                        : new Rules.Maintenance(
                                path(maintenance.page()), maintenance.except(), maintenance.retryAfter()),
                mirror == null ? null : new Rules.Mirror(target(mirror.to()), mirror.share()));
    }
}
