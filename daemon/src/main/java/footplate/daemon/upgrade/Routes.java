package footplate.daemon.upgrade;

import footplate.core.config.AppDefinition;
import footplate.core.keep.PlannedRoute;
import footplate.core.keep.PlannedRoute.PlannedTarget;
import footplate.core.name.InstanceId;
import footplate.core.name.RunId;
import footplate.core.route.Availability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which processes serve which app, told from a daemon to the one it has followed: lines {@code app NAME serving|stopped},
 * {@code target RUN INSTANCE PID SINGLE ADDRESS} for each of its processes, and {@code routed} at the end. The rest of a route
 * stays as the old one knew it: what it still has to answer came to it under those terms.
 */
final class Routes {
    static final String END = "routed";

    private record Heard(boolean serves, List<PlannedTarget> targets) {}

    private final Map<String, Heard> heard = new HashMap<>();
    private List<PlannedTarget> last = List.of();

    static List<String> lines(List<PlannedRoute> routes) {
        var lines = new ArrayList<String>();
        for (var route : routes) {
            lines.add("app " + route.definition().name() + " "
                    + (route.availability() instanceof Availability.Stopped ? "stopped" : "serving"));
            for (var target : route.targets()) {
                lines.add("target %d %d %d %d %s"
                        .formatted(
                                target.run().value(),
                                target.instance().value(),
                                target.pid(),
                                target.singleUse() ? 1 : 0,
                                target.address()));
            }
        }
        lines.add(END);
        return lines;
    }

    /** Takes one of the lines, but for the last. */
    void hear(String line) {
        var words = line.split(" ", 6);
        switch (words[0]) {
            case "app" -> {
                last = new ArrayList<>();
                heard.put(words[1], new Heard(words[2].equals("serving"), last));
            }
            case "target" ->
                last.add(new PlannedTarget(
                        new RunId(Long.parseLong(words[1])),
                        new InstanceId(Integer.parseInt(words[2])),
                        Integer.parseInt(words[3]),
                        words[5],
                        words[4].equals("1"),
                        false));
            default -> {
                // of a newer daemon: what it means is not known here
            }
        }
    }

    /** The routes that the old daemon had, with the processes that the new one tells of. */
    List<PlannedRoute> over(List<PlannedRoute> before) {
        return before.stream()
                .map(route -> {
                    AppDefinition app = route.definition();
                    var now = heard.get(app.name().value());
                    boolean serves = now != null && now.serves();
                    return new PlannedRoute(
                            app,
                            now == null ? List.of() : now.targets(),
                            serves ? new Availability.Serving() : new Availability.Stopped(),
                            false,
                            route.http(),
                            null,
                            null);
                })
                .toList();
    }
}
