package footplate.core.config.file;

import footplate.core.config.form.Check;
import footplate.core.config.form.Fields;
import footplate.core.config.form.Key;
import footplate.core.config.form.Value;
import footplate.core.config.routes.Network;
import footplate.core.config.routes.PathMatch;
import footplate.core.config.routes.Rate;
import footplate.core.config.routes.Rules;
import footplate.core.config.routes.Target;
import footplate.core.config.routes.Template;
import footplate.core.config.tree.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a route does to its requests on their way. */
final class RuleReading {
    private static final Rules.Edits NO_EDITS = new Rules.Edits(Map.of(), Map.of(), List.of());

    private final Check check;
    private final FileFacts files;
    private final Targets targets;

    RuleReading(Check check, FileFacts files, Targets targets) {
        this.check = check;
        this.files = files;
        this.targets = targets;
    }

    /**
     * The rules of a route.
     *
     * @param groups names that its expressions give
     */
    Rules of(Fields fields, PathMatch path, Set<String> groups) {
        return new Rules(
                rewrite(fields, groups),
                stripPrefix(fields, path),
                edits(fields.block(RouteKeys.REQUEST_HEADERS), groups, "request_headers"),
                edits(fields.block(RouteKeys.RESPONSE_HEADERS), groups, "response_headers"),
                hsts(fields),
                cors(fields.block(RouteKeys.CORS)),
                basicAuth(fields),
                forwardAuth(fields, groups),
                new Rules.Access(networks(fields, RouteKeys.ALLOW), networks(fields, RouteKeys.DENY)),
                realIp(fields.block(RouteKeys.REAL_IP)),
                rateLimit(fields),
                concurrencyLimit(fields),
                maintenance(fields),
                mirror(fields));
    }

    private @Nullable Template rewrite(Fields fields, Set<String> groups) {
        return fields.value(RouteKeys.REWRITE) instanceof Value.Word word ? template(word, "rewrite", groups) : null;
    }

    private Template template(Value.Word word, String key, Set<String> groups) {
        var template = Template.of(word.text());
        RouteReading.variables(template, groups, word.place(), key, check);
        return template;
    }

    private String stripPrefix(Fields fields, PathMatch path) {
        var prefix = fields.text(RouteKeys.STRIP_PREFIX);
        var all = switch (path) {
            case PathMatch.Below(var below) -> below;
            case PathMatch.Exact(var text) -> text;
            case PathMatch.Any _, PathMatch.Expression _ -> prefix;
        };
        var bare = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        if (!fields.hasGaps() && !all.equals(bare) && !all.startsWith(bare + "/") && !all.equals(prefix)) {
            check.tell(
                    fields.valuePlace(RouteKeys.STRIP_PREFIX),
                    "No path of '%s' begins with '%s'.".formatted(path.text(), prefix),
                    "Write 'strip_prefix: %s', or correct the path.".formatted(all));
        }
        return prefix;
    }

    private Rules.Edits edits(@Nullable Fields block, Set<String> groups, String where) {
        if (block == null) {
            return NO_EDITS;
        }
        boolean ofRequest = where.equals("request_headers");
        var remove = new ArrayList<String>();
        for (var word : block.words(RouteKeys.REMOVE)) {
            if (isFree(word.text(), word.place(), false)) {
                remove.add(word.text());
            }
        }
        return new Rules.Edits(
                templates(block, RouteKeys.SET, groups, ofRequest),
                templates(block, RouteKeys.ADD, groups, false),
                remove);
    }

    private Map<String, Template> templates(Fields block, Key key, Set<String> groups, boolean host) {
        var templates = new LinkedHashMap<String, Template>();
        block.names(key).forEach((name, value) -> {
            if (value instanceof Value.Word word && isFree(name.text(), name.place(), host)) {
                templates.put(name.text(), template(word, name.text(), groups));
            }
        });
        return templates;
    }

    /** Tells of names that may not be changed. */
    private boolean isFree(String name, Place place, boolean host) {
        if (Rules.Edits.frames(name)) {
            check.tell(
                    place,
                    "'%s' says where a message ends or what its connection does, and cannot be changed."
                            .formatted(name),
                    "Remove it; such fields are made anew for each side (RFC 9110 §7.6.1).");
            return false;
        }
        if (!host && name.equalsIgnoreCase("Host")) {
            check.tell(
                    place,
                    "A request has one 'Host', which can be set only.",
                    "Write it below 'set' of 'request_headers', as 'Host: shop.example'.");
            return false;
        }
        return true;
    }

    private static Rules.@Nullable Hsts hsts(Fields fields) {
        return switch (fields.value(RouteKeys.HSTS)) {
            case Value.Word _ -> new Rules.Hsts(fields.time(RouteKeys.HSTS), false, false);
            case Fields block ->
                new Rules.Hsts(
                        block.time(RouteKeys.HSTS_AGE), block.on(RouteKeys.SUBDOMAINS), block.on(RouteKeys.PRELOAD));
            case null, default -> null;
        };
    }

    private Rules.@Nullable Cors cors(@Nullable Fields block) {
        if (block == null) {
            return null;
        }
        var origins = block.mentions(RouteKeys.ORIGINS) ? block.texts(RouteKeys.ORIGINS) : List.of("*");
        boolean credentials = block.on(RouteKeys.CREDENTIALS);
        if (credentials && origins.contains("*")) {
            check.tell(
                    block.place(RouteKeys.CREDENTIALS),
                    "Browsers send no credentials where every origin may ask.",
                    "Name the origins, as 'origins: https://shop.example'.");
            return null;
        }
        return new Rules.Cors(
                origins,
                block.has(RouteKeys.METHODS) ? block.texts(RouteKeys.METHODS) : List.of("GET", "HEAD", "POST"),
                block.texts(RouteKeys.ALLOW_HEADERS),
                block.texts(RouteKeys.EXPOSE),
                credentials,
                block.time(RouteKeys.CORS_AGE));
    }

    private Rules.@Nullable BasicAuth basicAuth(Fields fields) {
        return switch (fields.value(RouteKeys.BASIC_AUTH)) {
            case Value.Word word -> {
                files.file(RouteKeys.BASIC_AUTH.name(), word.text(), word.place());
                yield new Rules.BasicAuth(word.text(), RouteKeys.REALM.standard());
            }
            case Fields block -> {
                needed(block, RouteKeys.USERS, "basic_auth");
                files.file(block, RouteKeys.USERS);
                yield new Rules.BasicAuth(block.text(RouteKeys.USERS), block.text(RouteKeys.REALM));
            }
            case null, default -> null;
        };
    }

    private void needed(Fields block, Key key, String name) {
        if (!block.mentions(key)) {
            check.tell(
                    block.place(),
                    "'" + name + "' lacks '" + key.name() + "'.",
                    "Write it below '" + name + "': " + key.meaning() + ".");
        }
    }

    private Rules.@Nullable ForwardAuth forwardAuth(Fields fields, Set<String> groups) {
        return switch (fields.value(RouteKeys.FORWARD_AUTH)) {
            case Value.Word word ->
                isAuthUrl(word, "forward_auth")
                        ? new Rules.ForwardAuth(
                                template(word, "forward_auth", groups), List.of(), Duration.ofSeconds(5))
                        : null;
            case Fields block -> {
                needed(block, RouteKeys.AUTH_TO, "forward_auth");
                var copied = new ArrayList<String>();
                for (var word : block.words(RouteKeys.COPY_HEADERS)) {
                    if (isFree(word.text(), word.place(), false)) {
                        copied.add(word.text());
                    }
                }
                yield block.value(RouteKeys.AUTH_TO) instanceof Value.Word word && isAuthUrl(word, "to")
                        ? new Rules.ForwardAuth(
                                template(word, "to", groups), copied, block.time(RouteKeys.AUTH_TIMEOUT))
                        : null;
            }
            case null, default -> null;
        };
    }

    /** Who is asked is the file's to say: no part of a request stands in it. */
    private boolean isAuthUrl(Value.Word word, String key) {
        if (word.text().matches("http://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?([/?].*)?")) {
            return true;
        }
        check.tell(
                word.place(),
                "'%s' is not the URL of a server: '%s'.".formatted(key, word.text()),
                word.text().startsWith("https:")
                        ? "Servers are not reached over TLS yet: write http://."
                        : "Write it as http://127.0.0.1:9000/verify; ${…} may stand behind the server's name and port.");
        return false;
    }

    private static List<Network> networks(Fields fields, Key key) {
        var networks = new ArrayList<Network>();
        for (var text : fields.texts(key)) {
            for (var one : text.equals("all") ? List.of("0.0.0.0/0", "::/0") : List.of(text)) {
                var network = Network.parse(one);
                if (network != null) {
                    networks.add(network);
                }
            }
        }
        return networks;
    }

    private Rules.@Nullable RealIp realIp(@Nullable Fields block) {
        if (block == null) {
            return null;
        }
        needed(block, RouteKeys.FROM, "real_ip");
        return new Rules.RealIp(networks(block, RouteKeys.FROM), block.text(RouteKeys.REAL_HEADER));
    }

    private Rules.@Nullable RateLimit rateLimit(Fields fields) {
        return switch (fields.value(RouteKeys.RATE_LIMIT)) {
            case Value.Word word -> limit(word.text(), 0, RouteKeys.BY.standard());
            case Fields block -> {
                needed(block, RouteKeys.RATE, "rate_limit");
                yield limit(block.text(RouteKeys.RATE), block.count(RouteKeys.BURST), block.text(RouteKeys.BY));
            }
            case null, default -> null;
        };
    }

    private static Rules.@Nullable RateLimit limit(String text, int burst, String by) {
        var rate = Rate.parse(text);
        return rate == null ? null : new Rules.RateLimit(rate, burst, by);
    }

    private Rules.@Nullable ConcurrencyLimit concurrencyLimit(Fields fields) {
        return switch (fields.value(RouteKeys.CONCURRENCY_LIMIT)) {
            case Value.Word _ ->
                new Rules.ConcurrencyLimit(fields.count(RouteKeys.CONCURRENCY_LIMIT), RouteKeys.BY.standard());
            case Fields block -> {
                needed(block, RouteKeys.AT_ONCE, "concurrency_limit");
                yield block.has(RouteKeys.AT_ONCE)
                        ? new Rules.ConcurrencyLimit(block.count(RouteKeys.AT_ONCE), block.text(RouteKeys.BY))
                        : null;
            }
            case null, default -> null;
        };
    }

    private Rules.@Nullable Maintenance maintenance(Fields fields) {
        return switch (fields.value(RouteKeys.MAINTENANCE)) {
            case Value.Word _ ->
                fields.on(RouteKeys.MAINTENANCE) ? new Rules.Maintenance("", List.of(), Duration.ZERO) : null;
            case Fields block -> {
                files.file(block, RouteKeys.PAGE);
                yield new Rules.Maintenance(
                        block.text(RouteKeys.PAGE),
                        networks(block, RouteKeys.EXCEPT),
                        block.time(RouteKeys.RETRY_AFTER));
            }
            case null, default -> null;
        };
    }

    private Rules.@Nullable Mirror mirror(Fields fields) {
        return switch (fields.value(RouteKeys.MIRROR)) {
            case Value.Word word -> mirror(word, 100);
            case Fields block -> {
                needed(block, RouteKeys.MIRROR_TO, "mirror");
                yield block.value(RouteKeys.MIRROR_TO) instanceof Value.Word word
                        ? mirror(word, block.share(RouteKeys.SHARE))
                        : null;
            }
            case null, default -> null;
        };
    }

    private Rules.@Nullable Mirror mirror(Value.Word word, int share) {
        var to = targets.of(word, "");
        if (to instanceof Target.ToAddress) {
            check.tell(
                    word.place(),
                    "A copy goes to '%s' whatever the request is: no part of the request can stand there."
                            .formatted(word.text()),
                    "Write an app, an upstream or the address of a server.");
            return null;
        }
        return to == null ? null : new Rules.Mirror(to, share);
    }
}
