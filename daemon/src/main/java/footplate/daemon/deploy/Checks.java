package footplate.daemon.deploy;

import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import footplate.daemon.os.Processes;
import footplate.daemon.os.Rights;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Asks operators' own checks about new releases: a command, by its exit code, or an address, by its status. A check that
 * takes longer than a minute has failed.
 */
public final class Checks {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Tool tool;
    private final Consumer<Event> keeper;

    /**
     * Checks of one home.
     *
     * @param home the token that marks all its processes
     * @param keeper takes the answers
     */
    public Checks(Processes processes, String home, Consumer<Event> keeper) {
        this.tool = new Tool(processes, home);
        this.keeper = keeper;
    }

    private record Answer(boolean passed, String why) {}

    /** Asks; returns at once. */
    public void ask(Effect.Check check) {
        Thread.ofVirtual().name("check").start(() -> {
            Answer answer;
            try {
                answer = check.check().startsWith("http://") ? fetch(check.check()) : run(check);
            } catch (IOException | RuntimeException failure) {
                answer = new Answer(false, String.valueOf(failure.getMessage()));
            } catch (InterruptedException asked) {
                return;
            }
            keeper.accept(new Event.Checked(
                    check.definition().name(), check.generation(), check.step(), answer.passed(), answer.why()));
        });
    }

    private static Answer fetch(String url) throws IOException {
        var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout((int) LIMIT.toMillis());
        connection.setReadTimeout((int) LIMIT.toMillis());
        connection.setInstanceFollowRedirects(false);
        try {
            int status = connection.getResponseCode();
            return new Answer(status >= 200 && status < 400, url + " answered " + status);
        } finally {
            connection.disconnect();
        }
    }

    private Answer run(Effect.Check check) throws IOException, InterruptedException {
        var app = check.definition();
        var environment = new HashMap<String, String>();
        app.environment().forEach((name, value) -> environment.put(name, value.reveal()));
        Rights.secure(environment);
        environment.put("FOOTPLATE_APP", app.name().value());
        environment.put("FOOTPLATE_RELEASE", Integer.toString(app.release()));
        var last = new AtomicReference<>("");
        try {
            int code = tool.run(
                    List.of("/bin/sh", "-c", check.check()),
                    Path.of(app.root()),
                    environment,
                    LIMIT,
                    line -> last.updateAndGet(before -> line.isBlank() ? before : line.strip()));
            var said = last.get();
            return new Answer(
                    code == 0,
                    "'" + check.check() + "' ended with exit code " + code + (said.isEmpty() ? "" : ": " + said));
        } catch (Tool.TooLong tooLong) {
            return new Answer(false, "'" + check.check() + "' took longer than " + LIMIT.toSeconds() + " s");
        }
    }
}
