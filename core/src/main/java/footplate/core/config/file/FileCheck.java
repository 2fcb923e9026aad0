package footplate.core.config.file;

import footplate.core.config.form.Check;
import footplate.core.config.form.Fields;
import footplate.core.config.routes.Route;
import footplate.core.config.routes.Target;
import footplate.core.config.tree.Mistake;
import footplate.core.config.tree.Node;
import footplate.core.config.tree.Place;
import footplate.core.config.tree.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes of a file's tree a whole configuration, or all that is wrong with it. */
public final class FileCheck {
    private FileCheck() {}

    /** What became of a file. */
    public sealed interface Outcome {}

    public record Fine(Configuration configuration) implements Outcome {}

    /**
     * Nothing of it counts.
     *
     * @param mistakes at least one, in the order of the file
     */
    public record Refused(List<Mistake> mistakes) implements Outcome {
        public Refused {
            mistakes = List.copyOf(mistakes);
        }
    }

    /**
     * Checks a file.
     *
     * @param reading what its text was read as
     */
    public static Outcome of(Reading reading, Facts facts) {
        var check = new Check(facts::variable);
        var root = reading.root();
        if (root == null) {
            return new Refused(
                    reading.mistakes().isEmpty()
                            ? List.of(
                                    new Mistake(
                                            new Place(1, 1),
                                            "The file is empty.",
                                            "Write settings, one a line, as 'listen: :80'. 'footplate init' writes a file to begin with."))
                            : reading.mistakes());
        }
        var fields = check.whole(root, FileKeys.SECTION);
        var configuration = fields == null ? null : configuration(fields, root, check, facts);
        var all = Stream.concat(reading.mistakes().stream(), check.mistakes().stream())
                .sorted()
                .distinct()
                .toList();
        if (!all.isEmpty() || configuration == null) {
            return new Refused(all);
        }
        return new Fine(configuration);
    }

    private static Configuration configuration(Fields file, Node root, Check check, Facts facts) {
        var files = new FileFacts(check, facts);
        var names = Names.in(root, check);
        var listening = new Listening(check, files);
        var listen = listening.ofFile(file);
        var apps = new AppReading(check, files, listening).all(file);
        var groups = new GroupReading(check, files).all(file);
        var targets = new Targets(check, names);
        var routes = new RouteReading(check, files, targets).all(file, AppReading.hosts(file));
        alone(listen, apps, routes, names, check);
        var streams = streams(file, check, listening, targets);
        files.folders(file, FileKeys.SETTINGS);
        return new Configuration(
                listen,
                apps,
                groups,
                routes,
                streams,
                file.texts(FileKeys.RESOLVER),
                file.on(FileKeys.RELOADS),
                file.settings(FileKeys.SETTINGS));
    }

    /** Of the apps that have no host and that no route names, one can have the requests that nobody else has. */
    private static void alone(List<Listen> listen, List<App> apps, List<Route> routes, Names names, Check check) {
        var named = new HashSet<String>();
        for (var route : routes) {
            if (route.to() instanceof Target.ToApp(var name)) {
                named.add(name);
            }
        }
        var first = new HashMap<String, String>();
        for (var app : apps) {
            boolean takesTheRest = app.hosts().isEmpty() && (!app.listen().isEmpty() || !named.contains(app.name()));
            String before = null;
            for (var one : takesTheRest ? app.listen().isEmpty() ? listen : app.listen() : List.<Listen>of()) {
                var there = first.putIfAbsent(one.describe(), app.name());
                before = before == null ? there : before;
            }
            var place = names.apps().get(app.name());
            if (before != null && place != null) {
                check.tell(
                        place,
                        "App '%s' would answer the hosts that nobody else has, and so does '%s'."
                                .formatted(app.name(), before),
                        "Give it 'hosts', an address of its own by 'listen', or a route with 'to: " + app.name()
                                + "'.");
            }
        }
    }

    private static List<footplate.core.config.file.Stream> streams(
            Fields file, Check check, Listening listening, Targets targets) {
        var streams = new ArrayList<footplate.core.config.file.Stream>();
        for (var item : file.items(FileKeys.STREAMS)) {
            var stream = item instanceof Fields fields ? stream(fields, check, listening, targets) : null;
            if (stream != null) {
                streams.add(stream);
            }
        }
        return streams;
    }

    private static footplate.core.config.file.@Nullable Stream stream(
            Fields fields, Check check, Listening listening, Targets targets) {
        boolean udp = fields.text(FileKeys.PROTOCOL).equals("udp");
        if (!fields.mentions(FileKeys.STREAM_LISTEN)) {
            check.tell(fields.place(), "The stream has no address to listen on.", "Write one, as 'listen: \":5432\"'.");
        }
        if (!fields.mentions(FileKeys.TO) && !fields.mentions(FileKeys.SNI)) {
            check.tell(
                    fields.place(),
                    "The stream leads nowhere.",
                    "Write 'to' with an upstream or an address, or 'sni'.");
        }
        if (udp && fields.has(FileKeys.SNI)) {
            check.tell(fields.place(FileKeys.SNI), "'sni' does not go with 'protocol: udp'.", "Remove one of the two.");
        }
        if (udp && fields.mentions(GroupKeys.PROXY_PROTOCOL)) {
            check.tell(
                    fields.place(GroupKeys.PROXY_PROTOCOL),
                    "'proxy_protocol' does not go with 'protocol: udp'.",
                    "Remove one of the two.");
        }
        var to = targets.ofStream(fields, FileKeys.TO);
        if (udp && to instanceof footplate.core.config.routes.Target.ToServer(footplate.core.config.Upstream.Unix _)) {
            check.tell(
                    fields.valuePlace(FileKeys.TO),
                    "A Unix socket takes no datagrams from here.",
                    "Write host:port, or 'protocol: tcp'.");
        }
        var sni = targets.bySni(fields);
        var listen = listening.ofStream(fields, udp);
        if (listen == null || (to == null && sni.isEmpty())) {
            return null;
        }
        return new footplate.core.config.file.Stream(
                listen,
                udp ? footplate.core.config.file.Stream.Protocol.UDP : footplate.core.config.file.Stream.Protocol.TCP,
                to,
                sni,
                fields.time(FileKeys.IDLE),
                GroupReading.proxyProtocol(fields));
    }
}
