package footplate.daemon.control;

import footplate.api.v1.Event;
import footplate.core.name.AppName;
import java.util.Map;
import java.util.function.Consumer;

/** Tells where a deploy is. */
record Steps(AppName app, Consumer<Event> events) {
    void begin(String step, String text) {
        tell(step, "begun", text);
    }

    void done(String step, String text) {
        tell(step, "done", text);
    }

    private void tell(String step, String outcome, String text) {
        events.accept(new Event(Event.STEP, app.value(), null, text, Map.of("step", step, "outcome", outcome)));
    }
}
