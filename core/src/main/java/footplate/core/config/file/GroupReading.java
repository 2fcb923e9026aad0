package footplate.core.config.file;

import footplate.core.config.Upstream;
import footplate.core.config.form.Check;
import footplate.core.config.form.Fields;
import footplate.core.config.form.Value;
import footplate.core.config.routes.Template;
import footplate.core.config.servers.Balance;
import footplate.core.config.servers.Group;
import footplate.core.config.servers.Server;
import footplate.core.config.tree.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a file's upstreams. */
final class GroupReading {
    private final Check check;
    private final FileFacts files;

    GroupReading(Check check, FileFacts files) {
        this.check = check;
        this.files = files;
    }

    /** The version that is written ahead; 0: none. */
    static int proxyProtocol(Fields fields) {
        return switch (fields.text(GroupKeys.PROXY_PROTOCOL)) {
            case "v1" -> 1;
            case "v2" -> 2;
            default -> 0;
        };
    }

    List<Group> all(Fields file) {
        var groups = new ArrayList<Group>();
        file.names(FileKeys.UPSTREAMS).forEach((name, value) -> {
            var group = value instanceof Fields fields ? group(name, fields) : null;
            if (group != null) {
                groups.add(group);
            }
        });
        return groups;
    }

    private @Nullable Group group(Value.Word name, Fields fields) {
        files.folders(fields, GroupKeys.SETTINGS);
        var servers = servers(name, fields);
        var balance = balance(fields);
        var health = health(fields);
        if (servers.isEmpty() || balance == null) {
            return null;
        }
        return new Group(
                name.text(),
                balance,
                servers,
                sticky(fields),
                health,
                next(fields.block(GroupKeys.NEXT_UPSTREAM)),
                ejection(fields.block(GroupKeys.EJECTIONS)),
                fields.share(GroupKeys.PANIC),
                breaker(fields.block(GroupKeys.CIRCUIT_BREAKER)),
                fields.count(GroupKeys.QUEUE),
                fields.time(GroupKeys.QUEUE_TIMEOUT),
                proxyProtocol(fields),
                fields.settings(GroupKeys.SETTINGS));
    }

    private List<Server> servers(Value.Word name, Fields fields) {
        if (!fields.mentions(GroupKeys.SERVERS)) {
            check.tell(
                    name.place(),
                    "Upstream '" + name.text() + "' has no servers.",
                    "Write them below it, as 'servers: [\"10.0.0.5:8080\"]'.");
            return List.of();
        }
        var servers = new ArrayList<Server>();
        Map<String, Place> before = new HashMap<>();
        var items = fields.items(GroupKeys.SERVERS);
        for (var item : items) {
            var server = server(item);
            if (server == null) {
                continue;
            }
            var first = before.putIfAbsent(server.where().describe(), item.place());
            if (first != null) {
                check.tell(
                        item.place(),
                        "Server '%s' is there twice, first in line %d."
                                .formatted(server.where().describe(), first.line()),
                        "Keep one of the two; 'weight: 2' gives it more requests.");
            }
            servers.add(server);
        }
        boolean whole = servers.size() == items.size() && fields.isWhole(GroupKeys.SERVERS);
        if (whole && servers.stream().allMatch(server -> server.down() || server.backup())) {
            check.tell(
                    fields.place(GroupKeys.SERVERS),
                    servers.isEmpty()
                            ? "Upstream '" + name.text() + "' has no servers."
                            : "Upstream '" + name.text()
                                    + "' has no server that gets requests: each is down or a backup.",
                    servers.isEmpty()
                            ? "Write at least one, as \"10.0.0.5:8080\"."
                            : "Take 'backup' or 'down' from one of them.");
        }
        return servers;
    }

    private @Nullable Server server(Value item) {
        return switch (item) {
            case Value.Word(var text, var _) -> {
                var address = Upstream.read(text, new ArrayList<>());
                yield address == null
                        ? null
                        : new Server(
                                new Server.Fixed(address),
                                1,
                                0,
                                1,
                                Duration.ofSeconds(10),
                                Duration.ZERO,
                                false,
                                false);
            }
            case Fields fields -> server(fields);
            case Value.Items _, Value.Names _, Value.Hidden _ -> null;
        };
    }

    private @Nullable Server server(Fields fields) {
        var where = where(fields);
        return where == null
                ? null
                : new Server(
                        where,
                        fields.count(GroupKeys.WEIGHT),
                        fields.count(GroupKeys.MAX_CONNS),
                        fields.count(GroupKeys.MAX_FAILS),
                        fields.time(GroupKeys.FAIL_TIMEOUT),
                        fields.time(GroupKeys.SLOW_START),
                        fields.on(GroupKeys.BACKUP),
                        fields.on(GroupKeys.DOWN));
    }

    private Server.@Nullable Where where(Fields fields) {
        boolean address = fields.mentions(GroupKeys.ADDRESS);
        boolean name = fields.mentions(GroupKeys.NAME);
        if (address == name) {
            check.tell(
                    fields.place(),
                    address ? "The server has both an address and a name." : "The server has no address.",
                    address
                            ? "Keep 'address', or 'name' with 'port'."
                            : "Write 'address: \"10.0.0.5:8080\"', or 'name' with 'port'.");
            return null;
        }
        if (address) {
            if (fields.mentions(GroupKeys.PORT) || fields.mentions(GroupKeys.SERVICE)) {
                var key = fields.mentions(GroupKeys.PORT) ? GroupKeys.PORT : GroupKeys.SERVICE;
                check.tell(
                        fields.place(key),
                        "'" + key.name() + "' goes with 'name', and here is an 'address'.",
                        "Write the port behind the address, as 10.0.0.5:8080.");
            }
            var server = Upstream.read(fields.text(GroupKeys.ADDRESS), new ArrayList<>());
            return server == null ? null : new Server.Fixed(server);
        }
        boolean service = fields.mentions(GroupKeys.SERVICE);
        if (service == fields.mentions(GroupKeys.PORT)) {
            check.tell(
                    fields.place(GroupKeys.NAME),
                    service ? "SRV records tell the port themselves." : "The port is missing.",
                    service ? "Remove 'port' or 'service'." : "Write 'port: 8080', or 'service' for SRV records.");
            return null;
        }
        if (!fields.has(GroupKeys.NAME) || !(fields.has(GroupKeys.PORT) || fields.has(GroupKeys.SERVICE))) {
            return null;
        }
        if (!service && !fields.on(GroupKeys.RESOLVE)) {
            return new Server.Fixed(new Upstream.Tcp(fields.text(GroupKeys.NAME), fields.count(GroupKeys.PORT)));
        }
        return new Server.Looked(
                fields.text(GroupKeys.NAME),
                service ? null : Integer.valueOf(fields.count(GroupKeys.PORT)),
                fields.text(GroupKeys.SERVICE));
    }

    private @Nullable Balance balance(Fields fields) {
        var block = fields.block(GroupKeys.METHOD);
        if (block == null) {
            return switch (fields.text(GroupKeys.METHOD)) {
                case "least_conn" -> new Balance.LeastConnections();
                case "random_two" -> new Balance.RandomTwo();
                case "ip_hash" -> new Balance.AddressHash();
                case "least_busy_first" -> new Balance.LeastBusyFirst();
                default -> new Balance.RoundRobin();
            };
        }
        boolean hash = block.mentions(GroupKeys.HASH);
        if (hash == block.mentions(GroupKeys.LEAST_TIME) && (hash || !block.hasGaps())) {
            check.tell(
                    block.place(),
                    hash ? "'balance' has two methods." : "'balance' names no method.",
                    "Write one: hash or least_time, or one of the words " + String.join(", ", GroupKeys.METHODS) + ".");
            return null;
        }
        if (!hash && block.mentions(GroupKeys.CONSISTENT)) {
            check.tell(
                    block.place(GroupKeys.CONSISTENT),
                    "'consistent' goes with 'hash'.",
                    "Write 'hash: \"$request_uri\"' beside it, or remove it.");
        }
        if (block.has(GroupKeys.HASH)) {
            var template = Template.of(block.text(GroupKeys.HASH));
            RouteReading.variables(template, Set.of(), block.place(GroupKeys.HASH), "hash", check);
            return new Balance.Hash(template, block.on(GroupKeys.CONSISTENT));
        }
        return switch (block.text(GroupKeys.LEAST_TIME)) {
            case "header" -> new Balance.LeastTime(Balance.LeastTime.Until.HEADER);
            case "last_byte" -> new Balance.LeastTime(Balance.LeastTime.Until.LAST_BYTE);
            default -> null;
        };
    }

    private static Group.@Nullable Sticky sticky(Fields fields) {
        return switch (fields.value(GroupKeys.STICKINESS)) {
            case Value.Word _ -> new Group.Sticky(GroupKeys.COOKIE.standard(), Duration.ZERO);
            case Fields block -> new Group.Sticky(block.text(GroupKeys.COOKIE), block.time(GroupKeys.LIFETIME));
            case null, default -> null;
        };
    }

    private Group.@Nullable ActiveCheck health(Fields fields) {
        return switch (fields.value(GroupKeys.CHECKS)) {
            case Value.Word(var path, var _) ->
                new Group.ActiveCheck(
                        path,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        1,
                        3,
                        List.of(new Group.Statuses(200, 399)));
            case Fields block -> health(block, block.on(GroupKeys.TCP));
            case null, default -> null;
        };
    }

    private Group.@Nullable ActiveCheck health(Fields block, boolean tcp) {
        boolean http = block.mentions(GroupKeys.HTTP);
        if (http == tcp && (http || !block.hasGaps())) {
            check.tell(
                    block.place(),
                    http ? "'health' asks in more than one way." : "'health' does not say what is asked.",
                    http ? "Keep one of http and tcp." : "Write 'http: /up' or 'tcp: true'.");
        }
        if (tcp && block.mentions(GroupKeys.EXPECT)) {
            check.tell(block.place(GroupKeys.EXPECT), "'expect' goes with 'http'.", "Remove it, or write 'http: /up'.");
        }
        var statuses = new ArrayList<Group.Statuses>();
        for (var text :
                block.has(GroupKeys.EXPECT) ? block.texts(GroupKeys.EXPECT) : List.of(GroupKeys.EXPECT.standard())) {
            var range = Texts.statusesOf(text);
            if (range != null) {
                statuses.add(range);
            }
        }
        return new Group.ActiveCheck(
                block.text(GroupKeys.HTTP),
                block.time(GroupKeys.INTERVAL),
                block.time(GroupKeys.TIMEOUT),
                block.count(GroupKeys.RISE),
                block.count(GroupKeys.FALL),
                statuses);
    }

    private static Group.Next next(@Nullable Fields block) {
        if (block == null) {
            return new Group.Next(
                    Set.of("error", "timeout"), Integer.parseInt(GroupKeys.TRIES.standard()), Duration.ZERO);
        }
        return new Group.Next(
                block.has(GroupKeys.WHEN) ? new HashSet<>(block.texts(GroupKeys.WHEN)) : Set.of("error", "timeout"),
                block.count(GroupKeys.TRIES),
                block.time(GroupKeys.NEXT_TIMEOUT));
    }

    private static Group.@Nullable Ejection ejection(@Nullable Fields block) {
        return block == null
                ? null
                : new Group.Ejection(
                        block.count(GroupKeys.FAILURES),
                        block.time(GroupKeys.EJECTION_TIME),
                        block.share(GroupKeys.MOST));
    }

    private static Group.@Nullable Breaker breaker(@Nullable Fields block) {
        return block == null
                ? null
                : new Group.Breaker(
                        block.count(GroupKeys.OPENS),
                        block.time(GroupKeys.BREAKER_TIME),
                        block.count(GroupKeys.MAX_REQUESTS),
                        block.count(GroupKeys.MAX_PENDING));
    }
}
