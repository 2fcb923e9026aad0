package footplate.core.config.file;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.config.form.Section;
import footplate.core.config.routes.Route;
import footplate.core.config.routes.Rules;
import footplate.core.config.servers.Group;
import footplate.core.config.servers.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two configurations, part by part; what is not in here is left alone.
 *
 * @param steps in the order of the file's parts
 */
public record Change(List<Step> steps) {
    public Change {
        steps = List.copyOf(steps);
    }

    /** A kind of part. */
    public enum Part {
        LISTENER("address"),
        APP("app"),
        UPSTREAM("upstream"),
        ROUTE("route"),
        STREAM("stream"),
        SETTING("setting");

        private final String word;

        Part(String word) {
            this.word = word;
        }
    }

    /** What became of it. */
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /**
     * One part that is not what it was.
     *
     * @param details what about it, in words; empty if it is new or gone
     */
    public record Step(Part part, Kind kind, String name, List<String> details) {
        public Step {
            details = List.copyOf(details);
        }

        /** In words, as {@code app 'shop' changes: instances 2 → 2..4}. */
        @Override
        public String toString() {
            var deed = switch (kind) {
                case ADDED -> "comes";
                case REMOVED -> "goes";
                case CHANGED -> "changes";
            };
            return part.word + " '" + name + "' " + deed + (details.isEmpty() ? "" : ": " + String.join(", ", details));
        }
    }

    public boolean isNothing() {
        return steps.isEmpty();
    }

    /** What makes {@code after} of {@code before}. */
    public static Change between(Configuration before, Configuration after) {
        var steps = new ArrayList<Step>();
        parts(
                steps,
                Part.LISTENER,
                named(before.listen(), Listen::describe),
                named(after.listen(), Listen::describe),
                Change::ofListener);
        parts(steps, Part.APP, named(before.apps(), App::name), named(after.apps(), App::name), Change::ofApp);
        parts(
                steps,
                Part.UPSTREAM,
                named(before.groups(), Group::name),
                named(after.groups(), Group::name),
                Change::ofGroup);
        var old = named(before.routes(), Route::describe);
        var now = named(after.routes(), Route::describe);
        parts(steps, Part.ROUTE, old, now, Change::ofRoute);
        order(steps, old.keySet(), now.keySet());
        parts(
                steps,
                Part.STREAM,
                named(before.streams(), Stream::describe),
                named(after.streams(), Stream::describe),
                Change::ofStream);
        parts(steps, Part.SETTING, settings(before), settings(after), (was, is) -> List.of(was + " → " + is));
        return new Change(steps);
    }

    private static <T> Map<String, T> named(List<T> parts, Function<T, String> name) {
        var named = new LinkedHashMap<String, T>();
        parts.forEach(part -> named.put(name.apply(part), part));
        return named;
    }

    private static <T> void parts(
            List<Step> steps,
            Part part,
            Map<String, T> before,
            Map<String, T> after,
            BiFunction<T, T, List<String>> details) {
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .forEach(name -> steps.add(new Step(part, Kind.REMOVED, name, List.of())));
        after.forEach((name, is) -> {
            var was = before.get(name);
            if (was == null) {
                steps.add(new Step(part, Kind.ADDED, name, List.of()));
            } else if (!was.equals(is)) {
                steps.add(new Step(part, Kind.CHANGED, name, details.apply(was, is)));
            }
        });
    }

    /** Of two routes with expressions the first counts: that one stands before another is a part of what they say. */
    private static void order(List<Step> steps, Set<String> old, Set<String> now) {
        var before = old.stream().filter(now::contains).toList();
        var after = now.stream().filter(old::contains).toList();
        if (!before.equals(after)) {
            int first = 0;
            while (before.get(first).equals(after.get(first))) {
                first++;
            }
            steps.add(new Step(Part.ROUTE, Kind.CHANGED, after.get(first), List.of("order")));
        }
    }

    private static Map<String, String> settings(Configuration configuration) {
        var settings = new LinkedHashMap<String, String>();
        if (!configuration.resolvers().isEmpty()) {
            settings.put(FileKeys.RESOLVER.name(), String.join(", ", configuration.resolvers()));
        }
        if (configuration.reloads()) {
            settings.put(FileKeys.RELOADS.name(), "true");
        }
        for (var setting : Setting.values()) {
            var chosen = configuration.settings().chosen().get(setting);
            if (chosen != null) {
                settings.put(Section.key(setting).name(), chosen);
            }
        }
        return settings;
    }

    private static List<String> ofListener(Listen was, Listen is) {
        var details = new Details();
        details.told("proxy_protocol", was.proxyProtocol(), is.proxyProtocol());
        details.told("certificate", was.certificate(), is.certificate());
        details.told("certificate_key", was.key(), is.key());
        return details.words;
    }

    private static List<String> ofApp(App was, App is) {
        var details = new Details();
        details.told("root", was.root(), is.root());
        details.told("start", was.start(), is.start());
        details.told("build", was.build(), is.build());
        details.each("host", was.hosts(), is.hosts(), host -> host.text());
        details.each("address", was.listen(), is.listen(), Listen::describe);
        details.told("environment", was.environment(), is.environment());
        details.names("env", was.env(), is.env());
        details.told("instances", instances(was.instances()), instances(is.instances()));
        running(details, was.running(), is.running());
        details.settings(was.settings(), is.settings());
        return details.words;
    }

    private static String instances(App.@Nullable Instances instances) {
        return instances == null ? AppKeys.INSTANCES.standard() : instances.describe();
    }

    private static void running(Details details, App.Running was, App.Running is) {
        details.named("concurrency", was.concurrency(), is.concurrency());
        details.named("max_queue", was.maxQueue(), is.maxQueue());
        details.named("queue_timeout", was.queueTimeout(), is.queueTimeout());
        details.named("idle_timeout", was.idleTimeout(), is.idleTimeout());
        details.named("start_timeout", was.startTimeout(), is.startTimeout());
        details.named("kill_timeout", was.killTimeout(), is.killTimeout());
        details.named("stop_signal", was.stopSignal(), is.stopSignal());
        details.named("wait_ready", was.waitReady(), is.waitReady());
    }

    private static List<String> ofGroup(Group was, Group is) {
        var details = new Details();
        details.named("balance", was.balance(), is.balance());
        var before = named(was.servers(), server -> server.where().describe());
        var after = named(is.servers(), server -> server.where().describe());
        details.each(
                "server", was.servers(), is.servers(), server -> server.where().describe());
        after.forEach((name, server) -> {
            Server same = before.get(name);
            if (same != null && !same.equals(server)) {
                details.words.add("server " + name);
            }
        });
        details.named("sticky", was.sticky(), is.sticky());
        details.named("health", was.health(), is.health());
        details.named("next_upstream", was.next(), is.next());
        details.named("ejection", was.ejection(), is.ejection());
        details.told("panic", was.panicShare() + "%", is.panicShare() + "%");
        details.named("circuit_breaker", was.breaker(), is.breaker());
        details.told("max_queue", was.maxQueue(), is.maxQueue());
        details.named("queue_timeout", was.queueTimeout(), is.queueTimeout());
        details.named("proxy_protocol", was.proxyProtocol(), is.proxyProtocol());
        details.settings(was.settings(), is.settings());
        return details.words.isEmpty() ? List.of("order of its servers") : details.words;
    }

    private static List<String> ofRoute(Route was, Route is) {
        var details = new Details();
        details.told("to", was.to().describe(), is.to().describe());
        Rules before = was.rules();
        Rules after = is.rules();
        details.named("rewrite", before.rewrite(), after.rewrite());
        details.told("strip_prefix", before.stripPrefix(), after.stripPrefix());
        details.named("request_headers", before.requestHeaders(), after.requestHeaders());
        details.named("response_headers", before.responseHeaders(), after.responseHeaders());
        details.named("hsts", before.hsts(), after.hsts());
        details.named("cors", before.cors(), after.cors());
        details.named("basic_auth", before.basicAuth(), after.basicAuth());
        details.named("forward_auth", before.forwardAuth(), after.forwardAuth());
        details.named("allow or deny", before.access(), after.access());
        details.named("real_ip", before.realIp(), after.realIp());
        details.named("rate_limit", before.rateLimit(), after.rateLimit());
        details.named("concurrency_limit", before.concurrencyLimit(), after.concurrencyLimit());
        details.named("maintenance", before.maintenance(), after.maintenance());
        details.named("mirror", before.mirror(), after.mirror());
        details.over(was.settings(), is.settings());
        return details.words;
    }

    private static List<String> ofStream(Stream was, Stream is) {
        var details = new Details();
        details.named("to", was.to(), is.to());
        details.names("sni", was.sni(), is.sni());
        details.named("idle_timeout", was.idle(), is.idle());
        details.named("proxy_protocol", was.proxyProtocol(), is.proxyProtocol());
        return details.words;
    }

    /** Collects what differs. */
    private static final class Details {
        private final List<String> words = new ArrayList<>();

        /** With both values. */
        void told(String name, Object was, Object is) {
            if (!was.equals(is)) {
                words.add(name + " " + shown(was) + " → " + shown(is));
            }
        }

        private static String shown(Object value) {
            var text = value.toString();
            return text.isEmpty() ? "none" : text;
        }

        /** That it does. */
        void named(String name, @Nullable Object was, @Nullable Object is) {
            if (!Objects.equals(was, is)) {
                words.add(name);
            }
        }

        /** Which names; their values are nobody's business. */
        void names(String name, Map<String, ?> was, Map<String, ?> is) {
            var all = new LinkedHashSet<String>(was.keySet());
            all.addAll(is.keySet());
            for (var one : all) {
                named(name + " " + one, was.get(one), is.get(one));
            }
        }

        /** Which are new, and which are gone. */
        <T> void each(String name, List<T> was, List<T> is, Function<T, String> text) {
            var before = was.stream().map(text).toList();
            var after = is.stream().map(text).toList();
            before.stream().filter(one -> !after.contains(one)).forEach(one -> words.add("- " + name + " " + one));
            after.stream().filter(one -> !before.contains(one)).forEach(one -> words.add("+ " + name + " " + one));
        }

        void settings(Settings was, Settings is) {
            for (var setting : Setting.values()) {
                told(Section.key(setting).name(), was.text(setting), is.text(setting));
            }
        }

        /** Settings that are the target's where they are not written. */
        void over(Settings was, Settings is) {
            for (var setting : Setting.values()) {
                var before = was.chosen().getOrDefault(setting, "the target's");
                told(Section.key(setting).name(), before, is.chosen().getOrDefault(setting, "the target's"));
            }
        }
    }
}
