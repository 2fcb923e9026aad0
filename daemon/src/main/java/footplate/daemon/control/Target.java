package footplate.daemon.control;

import footplate.api.v1.TargetRequest;
import footplate.core.keep.State;
import footplate.core.name.AppName;
import footplate.core.name.InstanceId;
import footplate.daemon.config.Refused;
import java.util.List;

/** What a command is about: some apps, or one instance of one. */
sealed interface Target {
    /** Whole apps; all of them, or the one that was named. */
    record OfApps(List<AppName> apps) implements Target {
        @Override
        public List<AppName> names() {
            return apps;
        }
    }

    /** One instance. */
    record OfInstance(AppName app, InstanceId instance) implements Target {
        @Override
        public List<AppName> names() {
            return List.of(app);
        }
    }

    /** The apps that are concerned. */
    List<AppName> names();

    /**
     * Reads an app's name, an instance's number or {@code all}.
     *
     * @throws Refused if it names nothing that is there
     */
    static Target of(String text, State state) throws Refused {
        if (text.equals(TargetRequest.ALL)) {
            return new OfApps(List.copyOf(state.apps().keySet()));
        }
        if (!text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return ofNumber(new InstanceId(Integer.parseInt(text)), state);
        }
        if (AppName.problemWith(text).isEmpty() && state.apps().containsKey(new AppName(text))) {
            return new OfApps(List.of(new AppName(text)));
        }
        throw noSuch(text, state);
    }

    private static Target ofNumber(InstanceId id, State state) throws Refused {
        for (var app : state.apps().values()) {
            if (app.instances().stream().anyMatch(i -> i.id().equals(id) && i.wanted())) {
                return new OfInstance(app.definition().name(), id);
            }
        }
        throw Refused.notFound(
                "instance " + id, "there is no instance with this number", "'footplate list' shows the numbers.");
    }

    /** The answer to a name that no app has. */
    static Refused noSuch(String text, State state) {
        var names = state.apps().keySet().stream().map(AppName::value).toList();
        return Refused.notFound(
                "app '" + text + "'",
                "there is no app of this name",
                names.isEmpty()
                        ? "No app is defined here; 'footplate start DIR' defines one."
                        : "The apps here are: " + String.join(", ", names) + ".");
    }
}
