package footplate.daemon.deploy;

import footplate.core.keep.Effect;
import footplate.core.keep.Event;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks operators' own checks about new releases: a command, by its exit code, or an address, by its status. A check that
 * takes longer than a minute has failed.
 */
public final class Checks {
    private static final int LIMIT_SECONDS = 60;
    private static final int MOST_OUTPUT = 2_000;

    private final Consumer<Event> keeper;

    /** @param keeper takes the answers */
    public Checks(Consumer<Event> keeper) {
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
        connection.setConnectTimeout(LIMIT_SECONDS * 1_000);
        connection.setReadTimeout(LIMIT_SECONDS * 1_000);
        connection.setInstanceFollowRedirects(false);
        try {
            int status = connection.getResponseCode();
            return new Answer(status < 400, url + " answered " + status);
        } finally {
            connection.disconnect();
        }
    }

    private static Answer run(Effect.Check check) throws IOException, InterruptedException {
        var app = check.definition();
        var builder = new ProcessBuilder("/bin/sh", "-c", check.check())
                .directory(Path.of(app.root()).toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true);
        builder.environment().clear();
        app.environment().forEach((name, value) -> builder.environment().put(name, value.reveal()));
        builder.environment().put("FOOTPLATE_APP", app.name().value());
        builder.environment().put("FOOTPLATE_RELEASE", Integer.toString(app.release()));
        var process = builder.start();
        var output = new String[] {""};
        var reader = Thread.ofVirtual().start(() -> output[0] = lastOf(process));
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return new Answer(false, "'" + check.check() + "' took longer than " + LIMIT_SECONDS + " s");
        }
        // Something it left in the background may hold the output open.
        reader.join(1_000);
        int code = process.exitValue();
        return new Answer(
                code == 0,
                "'" + check.check() + "' ended with exit code " + code + (output[0].isEmpty() ? "" : ": " + output[0]));
    }

    /** The last line that a check printed. */
    private static String lastOf(Process process) {
        var last = "";
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    last = line.strip();
                }
            }
        } catch (IOException closed) {
            // What was read until then is told.
        }
        return last.length() > MOST_OUTPUT ? last.substring(0, MOST_OUTPUT) : last;
    }
}
