package footplate.daemon.control;

import footplate.api.json.JsonBody;
import footplate.api.v1.Event;
import footplate.api.v1.LogsRequest;
import footplate.api.v1.RequestsUnderWay;
import footplate.api.v1.TargetRequest;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.daemon.config.Refused;
import footplate.daemon.keep.Keeper;
import footplate.daemon.observe.HappeningStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls that show what goes on: requests under way, lines of output, what happens. */
record Watching(Keeper keeper, HappeningStream stream, Logs logs, Commands.Surroundings surroundings) {
    RequestsUnderWay requests(@Nullable String text) throws Refused {
        var all = surroundings.requests();
        if (text == null || text.equals(TargetRequest.ALL)) {
            return new RequestsUnderWay(all);
        }
        return new RequestsUnderWay(
                switch (Target.of(text, keeper.state())) {
                    case Target.OfInstance(var _, var instance) ->
                        all.stream()
                                .filter(r -> r.instance() != null && r.instance() == instance.value())
                                .toList();
                    case Target.OfApps(var apps) ->
                        all.stream()
                                .filter(r -> apps.stream()
                                        .anyMatch(app -> app.value().equals(r.app())))
                                .toList();
                });
    }

    JsonBody logs(LogsRequest request, Consumer<Event> events) throws Refused, InterruptedException {
        var text = request.target();
        if (text == null || text.equals(TargetRequest.ALL)) {
            logs.tell(request, (_, _) -> true, events);
        } else {
            switch (Target.of(text, keeper.state())) {
                case Target.OfInstance(var app, var instance) -> {
                    int number = numberOf(app, instance);
                    logs.tell(request, (name, n) -> name.equals(app.value()) && n == number, events);
                }
                case Target.OfApps(var apps) ->
                    logs.tell(
                            request,
                            (name, _) ->
                                    apps.stream().anyMatch(app -> app.value().equals(name)),
                            events);
            }
        }
        return JsonBody.EMPTY;
    }

    private int numberOf(AppName app, InstanceId instance) throws Refused {
        var state = keeper.state().apps().get(app);
        if (state == null) {
            throw Target.noSuch(app.value(), keeper.state());
        }
        return state.instances().stream()
                .filter(i -> i.id().equals(instance))
                .findFirst()
                .orElseThrow(() -> Target.noSuch(app.value(), keeper.state()))
                .index();
    }

    JsonBody events(Consumer<Event> events) throws InterruptedException {
        try (var subscription = stream.subscribe()) {
            while (!subscription.hasLost()) {
                var told = subscription.next(1_000);
                if (told != null) {
                    events.accept(Events.of(told.happening()));
                }
            }
        }
        return JsonBody.EMPTY;
    }
}
