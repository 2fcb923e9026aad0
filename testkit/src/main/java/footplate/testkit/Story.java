package footplate.testkit;

import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.core.keep.PlannedRoute;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The last things that happened in a world, for the message of a broken promise. */
final class Story {
    private static final int LINES = 120;
    private final Deque<Line> lines = new ArrayDeque<>();

    private record Line(long at, Object what) {}

    /** @param what kept as it is, and put into words only if a promise is broken */
    void add(long at, Object what) {
        if (what instanceof Event.Observed(var uses)
                && uses.stream().allMatch(use -> use.queued() == 0 && use.sides() == null)) {
            return; // comes each second, and says nothing
        }
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(new Line(at, what));
    }

    AssertionError broken(long at, String promise) {
        var text = new StringBuilder("after %d ms: %s%n".formatted(at, promise));
        for (var line : lines) {
            text.append("%8d ms  %s%n".formatted(line.at(), words(line.what())));
        }
        return new AssertionError(text.toString());
    }

    private static String beside(PlannedRoute.@Nullable Beside beside) {
        return beside == null
                ? ""
                : " beside "
                        + beside.targets().stream().map(t -> t.run().toString()).toList() + " " + beside.permille();
    }

    private static String words(Object what) {
        return switch (what) {
            case Event.Define(var definition) ->
                "> Define " + definition.name() + " " + definition.launch().describe() + " "
                        + definition.pool().min() + ".." + definition.pool().max();
            case Event.Deploy(var definition, var atOnce) ->
                "> Deploy " + definition.name() + " " + definition.launch().describe() + " "
                        + definition.pool().min() + ".." + definition.pool().max() + (atOnce ? " at once " : " ")
                        + definition.settings();
            case Event.Observed(var uses) ->
                "> Observed "
                        + uses.stream()
                                .map(use -> use.app() + " queued " + use.queued())
                                .toList();
            case Event.Exited(var run, var exit, var _) -> "> Exited " + run + " " + exit.describe();
            case Event event -> "> " + event;
            case Effect.Save _ -> "  < Save";
            case Effect.Apply(var settings) -> "  < Apply " + settings;
            case Effect.Publish(var routes, var _, var _) ->
                "  < Publish "
                        + routes.stream()
                                .map(r -> r.definition().name() + " "
                                        + r.targets().stream()
                                                .map(t -> t.run().toString())
                                                .toList() + " "
                                        + r.availability().getClass().getSimpleName()
                                        + beside(r.beside()))
                                .toList();
            case Effect.Start start ->
                "  < Start " + start.run() + " of " + start.definition().name() + " instance " + start.instance()
                        + " index " + start.index() + " "
                        + start.definition().launch().describe();
            case Effect.Ask ask -> "  < Ask " + ask.run() + (ask.startTimedOut() ? " (start timed out)" : "");
            case Effect.Tell(var happening) ->
                "  < Tell " + happening.getClass().getSimpleName() + " " + happening.app() + ": "
                        + happening.describe();
            case Effect.Check check -> "  < Check " + check.generation() + " step " + check.step();
            case Effect effect -> "  < " + effect;
            default -> what.toString();
        };
    }
}
