package footplate.daemon;

import footplate.api.client.CallFailed;
import footplate.api.client.HomeLayout;
import footplate.api.v1.ConfigureRequest;
import footplate.api.v1.ErrorAnswer;
import footplate.api.v1.Problem;
import footplate.api.v1.StartRequest;
import footplate.core.config.Settings;
import footplate.core.happen.Happening;
import footplate.core.keep.State;
import footplate.daemon.config.Refused;
import footplate.daemon.control.ControlServer.CallRefused;
import footplate.daemon.keep.AppTerms;
import footplate.daemon.observe.HappeningStream.Told;
import footplate.daemon.output.LogFollower;
import footplate.proxy.access.LogPlaces;
import footplate.proxy.flow.JvmMemory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code footplate run}: one app on this terminal, with everything that a background daemon has, until Ctrl-C. Nothing
 * of it outlives it: its home is beneath the user's and goes with it, and its apps are on a leash.
 */
public final class ForegroundRun {
    private static final String DIM = "\u001B[2m";
    private static final String PLAIN = "\u001B[0m";
    private static final int MOST_UNSAID = 1_024;
    private static final long LAST_WORDS_MILLIS = 1_000;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean colours;
    private final Set<Integer> followed = new HashSet<>();
    // From the Keeper's thread, among others: a terminal that is held by Ctrl-S must not hold the Keeper.
    private final BlockingQueue<String> sayings = new LinkedBlockingQueue<>(MOST_UNSAID);
    private volatile boolean saidAll;

    /**
     * A run on a terminal.
     *
     * @param out takes what the app prints on stdout, each line behind its instance
     * @param err takes what it prints on stderr, and what happens
     */
    public ForegroundRun(PrintStream out, PrintStream err, boolean colours) {
        this.out = out;
        this.err = err;
        this.colours = colours;
    }

    /**
     * Serves the app until Ctrl-C, SIGTERM, {@code footplate stop} or {@code footplate kill}.
     *
     * @param server how requests are served, for what the request does not choose itself
     * @param accessLog absolute path of the access log's file; null for stdout
     * @param home the user's home
     * @return the exit code: 0, as it ends only when asked to
     * @throws CallFailed if the app did not start, with its journey
     */
    public int run(StartRequest request, Settings server, @Nullable String accessLog, HomeLayout home, String version)
            throws CallFailed {
        return run(daemon -> begin(request, daemon), server, accessLog, home, version);
    }

    /**
     * Serves what a configuration file says until Ctrl-C, SIGTERM or {@code footplate kill}.
     *
     * @param home the user's home
     * @return the exit code: 0, as it ends only when asked to
     * @throws CallFailed if the file cannot be put in force, or an app did not start, with its journey
     */
    public int run(ConfigureRequest request, HomeLayout home, String version) throws CallFailed {
        return run(daemon -> begin(request, daemon), Settings.standard(), null, home, version);
    }

    /** What a run begins with. */
    private interface Beginning {
        void of(Daemon daemon) throws CallFailed, CallRefused, Refused, InterruptedException;
    }

    private int run(Beginning beginning, Settings server, @Nullable String accessLog, HomeLayout home, String version)
            throws CallFailed {
        refuse(JvmMemory.given().problems(server));
        var layout = home.run(ProcessHandle.current().pid());
        try {
            home.make();
            sweep(home);
            layout.make();
            return serve(beginning, server, places(accessLog, out), layout, version);
        } catch (HomeLayout.Unusable unusable) {
            throw new CallFailed(ErrorAnswer.of(ErrorAnswer.REFUSED, unusable.problem()));
        } catch (IOException failure) {
            throw new CallFailed(ErrorAnswer.of(
                    ErrorAnswer.REFUSED,
                    new Problem(
                            layout.home().toString(),
                            "the run could not be prepared: " + failure.getMessage(),
                            "Mend what the message names (a full disk, missing permissions).")));
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private int serve(Beginning beginning, Settings server, LogPlaces accessLogs, HomeLayout layout, String version)
            throws IOException, InterruptedException, CallFailed {
        var ended = new CountDownLatch(1);
        var printer = Thread.ofPlatform().name("terminal").daemon().start(this::printSayings);
        try (var daemon = new Daemon(
                        new Daemon.Kind(layout, true, server, accessLogs, version, Origin.NONE, this::say),
                        ProxyDataPlane::start);
                var follower = LogFollower.start(List.of(), 0, this::printLine)) {
            daemon.stream().view(told -> show(told, daemon, follower));
            daemon.start(State.EMPTY.with(server));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> leaveBySignal(daemon, ended), "leave-by-signal"));
            if (AppTerms.us() == 0) {
                say("the app runs as root: 'footplate run' switches to no other user, 'footplate start' does");
            }
            begin(beginning, daemon);
            awaitEnd(daemon);
            if (!daemon.leaving()) {
                daemon.leave();
            }
            daemon.awaitLeft();
            follower.finish();
        } finally {
            saidAll = true;
            printer.join(LAST_WORDS_MILLIS);
            delete(layout.home());
            // Elsewhere if the home's path is too long for a socket.
            delete(layout.controlSocket().resolveSibling(""));
            ended.countDown();
        }
        return 0;
    }

    private static void refuse(List<footplate.core.config.Problem> problems) throws CallFailed {
        if (!problems.isEmpty()) {
            throw new CallFailed(new ErrorAnswer(
                    ErrorAnswer.REFUSED,
                    problems.stream()
                            .map(p -> new Problem("--" + p.where(), p.what(), p.mend()))
                            .toList(),
                    null));
        }
    }

    /** Where the access log goes: into a file, or where there is none to a stream. */
    static LogPlaces places(@Nullable String file, OutputStream stream) {
        return file == null ? LogPlaces.stream(stream) : LogPlaces.files(_ -> Path.of(file));
    }

    private void begin(StartRequest request, Daemon daemon) throws CallRefused, Refused, InterruptedException {
        var app = daemon.commands()
                .start(request, System.getProperty("user.name", ""), _ -> {})
                .apps()
                .getFirst();
        say("%s serves %s with %d instance%s; Ctrl-C stops it"
                .formatted(app.name(), app.url(), app.target(), app.target() == 1 ? "" : "s"));
    }

    private void begin(ConfigureRequest request, Daemon daemon) throws CallRefused, Refused, InterruptedException {
        var info = daemon.commands().configure(request, System.getProperty("user.name", ""), _ -> {});
        say("%s is in force on %s; Ctrl-C ends it".formatted(info.file(), String.join(", ", info.addresses())));
    }

    private static void begin(Beginning beginning, Daemon daemon) throws CallFailed, InterruptedException {
        try {
            beginning.of(daemon);
        } catch (Refused refused) {
            fail(
                    daemon,
                    new ErrorAnswer(
                            ErrorAnswer.REFUSED,
                            refused.problems().stream()
                                    .map(p -> new Problem(p.where(), p.what(), p.mend()))
                                    .toList(),
                            null));
        } catch (CallRefused refused) {
            fail(daemon, refused.answer());
        }
    }

    /** Ends what was begun; if a signal or a command does that already, the failure is only its consequence. */
    private static void fail(Daemon daemon, ErrorAnswer answer) throws InterruptedException, CallFailed {
        if (!daemon.leaving()) {
            daemon.leave();
            throw new CallFailed(answer);
        }
    }

    /** A run whose app is stopped or deleted by a command has nothing left to do. */
    private static void awaitEnd(Daemon daemon) throws InterruptedException {
        try (var changes = daemon.stream().subscribe()) {
            while (!daemon.leaving()
                    && (daemon.state().configured() != null
                            || daemon.state().apps().values().stream()
                                    .anyMatch(app ->
                                            app.wanted() || !app.instances().isEmpty()))) {
                changes.next(1_000);
            }
        }
    }

    /** Runs at every end of the JVM; one that no signal asked for has an exit code of its own. */
    private void leaveBySignal(Daemon daemon, CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return;
        }
        try {
            if (!daemon.leaving()) {
                say("stopping");
                daemon.leave();
            }
            ended.await();
            out.flush();
            err.flush();
            Runtime.getRuntime().halt(0);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(Told told, Daemon daemon, LogFollower follower) {
        if (told.happening() instanceof Happening.InstanceStarting starting && followed.add(starting.index())) {
            var logs = daemon.logFiles().of(starting.app(), starting.index());
            var name = starting.app() + "-" + starting.index();
            follower.add(new LogFollower.Source(name, logs.out()), Integer.MAX_VALUE);
            follower.add(new LogFollower.Source("!" + name, logs.err()), Integer.MAX_VALUE);
        }
        if (!(told.happening() instanceof Happening.Settled)) {
            say(told.happening().app() + ": " + told.happening().describe());
        }
    }

    /** A name that begins with '!' is a stderr's: no app's name does. */
    private void printLine(String name, String line) {
        boolean error = name.charAt(0) == '!';
        print(error ? err : out, error ? name.substring(1) : name, line);
    }

    /** Prints a line soon; any thread, returns at once. What a stalled terminal has no room for is dropped. */
    private void say(String line) {
        var _ = sayings.offer(line);
    }

    private void printSayings() {
        try {
            while (true) {
                boolean last = saidAll;
                var line = sayings.poll(last ? 0 : 100, TimeUnit.MILLISECONDS);
                if (line != null) {
                    print(err, "footplate", line);
                } else if (last) {
                    return;
                }
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(PrintStream stream, String who, String line) {
        synchronized (out) {
            stream.println(colours ? DIM + who + " |" + PLAIN + " " + line : who + " | " + line);
            stream.flush();
        }
    }

    /** Removes what runs that were killed have left. */
    private static void sweep(HomeLayout home) throws HomeLayout.Unusable, IOException {
        if (!Files.isDirectory(home.runs())) {
            return;
        }
        try (Stream<Path> runs = Files.list(home.runs())) {
            for (var run : runs.toList()) {
                var name = String.valueOf(run.getFileName());
                boolean pid =
                        !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
                if (pid && ProcessHandle.of(Long.parseLong(name)).isEmpty()) {
                    delete(run);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
