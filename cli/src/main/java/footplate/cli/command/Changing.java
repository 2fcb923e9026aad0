package footplate.cli.command;

import footplate.api.client.CallFailed;
import footplate.api.client.HomeLayout;
import footplate.api.json.Json;
import footplate.api.v1.AppInfo;
import footplate.api.v1.Apps;
import footplate.api.v1.Event;
import footplate.api.v1.ScaleRequest;
import footplate.api.v1.StartRequest;
import footplate.cli.parse.Commands;
import footplate.cli.parse.Parsed;
import footplate.cli.parse.UsageException;
import footplate.cli.print.Screen;
import footplate.cli.print.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The commands that change what runs: {@code stop restart delete scale kill}. */
final class Changing {
    private static final long GOODBYE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long STEP_MS = 5;

    private Changing() {}

    static int change(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        String target = parsed.operands().getFirst();
        String command = parsed.command().name();
        Consumer<Event> events = event -> Starting.progress(event, screen);
        HomeLayout home = HomeLayout.of(around.environment());
        var replies = Reach.askFor(target, home, around, client -> switch (command) {
            case "stop" -> client.stop(target, events);
            case "restart" -> client.restart(target, events);
            default -> client.delete(target, events);
        });
        String done = switch (command) {
            case "stop" -> "stopped";
            case "restart" -> "restarted";
            default -> "deleted";
        };
        return tell(replies, parsed, done, screen);
    }

    static int scale(Parsed parsed, Surroundings around) throws UsageException, HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        ScaleRequest request =
                scaleRequest(parsed.operands().getFirst(), parsed.operands().getLast());
        HomeLayout home = HomeLayout.of(around.environment());
        var replies = Reach.askFor(
                request.app(),
                home,
                around,
                client -> client.scale(request, event -> Starting.progress(event, screen)));
        if (parsed.has(Commands.JSON)) {
            return tell(replies, parsed, "scaled", screen);
        }
        screen.clearProgress();
        for (Reach.Reply<Apps> reply : replies) {
            for (AppInfo app : reply.answer().apps()) {
                screen.line(app.name() + " now has "
                        + (app.min() == app.max()
                                ? Words.count(app.target(), "process", "processes")
                                : app.min() + " to " + app.max() + " processes, " + app.target() + " wanted"));
            }
        }
        return Cli.DONE;
    }

    private static ScaleRequest scaleRequest(String app, String change) throws UsageException {
        boolean relative = change.startsWith("+") || change.startsWith("-");
        int number = -1;
        try {
            number = Integer.parseInt(relative ? change.substring(1) : change);
        } catch (NumberFormatException _) {
            // Told below, with every other number that will not do.
        }
        if (number < 0 || number > StartRequest.MOST_INSTANCES) {
            throw new UsageException(
                    change,
                    "is not a number of processes",
                    "Write a number from 0 to " + StartRequest.MOST_INSTANCES + ", or +N or -N.");
        }
        if (!relative) {
            return new ScaleRequest(app, number, null);
        }
        return new ScaleRequest(app, null, change.startsWith("-") ? -number : number);
    }

    static int kill(Parsed parsed, Surroundings around) throws HomeLayout.Unusable, CallFailed {
        Screen screen = around.screen();
        HomeLayout home = HomeLayout.of(around.environment());
        home.checkPrivate();
        Reach.Peer daemon = Reach.background(home, around);
        Long pid = home.writtenPid();
        List<Reach.Reply<Apps>> replies = daemon == null
                ? List.of()
                : Reach.askAll(List.of(daemon), client -> client.kill(event -> Starting.progress(event, screen)));
        if (!replies.isEmpty()) {
            awaitGoodbye(pid);
        }
        if (parsed.has(Commands.JSON)) {
            return tell(replies, parsed, "stopped", screen);
        }
        tell(replies, parsed, "stopped", screen);
        screen.line(replies.isEmpty() ? "No daemon runs." : "The daemon has ended.");
        return Cli.DONE;
    }

    /** Its apps are stopped when it answers; what it still has to close, it has closed when its process is gone. */
    private static void awaitGoodbye(@Nullable Long pid) {
        long deadline = System.nanoTime() + GOODBYE_NANOS;
        try {
            while (pid != null
                    && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)
                    && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(STEP_MS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static int tell(List<Reach.Reply<Apps>> replies, Parsed parsed, String done, Screen screen) {
        screen.clearProgress();
        List<AppInfo> apps = new ArrayList<>();
        for (Reach.Reply<Apps> reply : replies) {
            apps.addAll(reply.answer().apps());
        }
        if (parsed.has(Commands.JSON)) {
            screen.print(Json.text(apps) + '\n');
            return Cli.DONE;
        }
        for (AppInfo app : apps) {
            screen.line(app.name() + " is " + done);
        }
        if (apps.isEmpty() && parsed.operand(0) != null) {
            screen.note("There is no app to be " + done + ".");
        }
        return Cli.DONE;
    }
}
