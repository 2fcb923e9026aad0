package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.api.json.Json;
import footplate.api.json.Malformed;
import footplate.api.v1.AppInfo;
import footplate.testkit.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * A user with a home of his own who calls the launcher. {@link #close()} ends in order what still runs, and fails if a process is
 * left then; it leaves none, whatever failed before.
 */
final class Footplate implements AutoCloseable {
    private static final String MARK = "FOOTPLATE_E2E_HOME";
    private static final Duration CALL = Duration.ofSeconds(60);
    private static final Pattern URL = Pattern.compile("http://[a-z0-9.]+:(\\d+)");

    private final Path folder;
    private final Path home;
    private final String mark = UUID.randomUUID().toString();
    private final Map<String, String> environment = new HashMap<>();
    private final List<Running> running = new ArrayList<>();

    /** How a call ended and what it printed. */
    record Ended(int code, String out, String err) {
        Ended fine() {
            assertThat(code).describedAs(this::toString).isZero();
            return this;
        }

        /** The port in the first address it printed. */
        int port() {
            return portIn(out + err);
        }
    }

    /** A process that goes on in front of the user: {@code run}, {@code logs -f}. */
    record Running(Process process, Path outFile, Path errFile) {
        long pid() {
            return process.pid();
        }

        String out() {
            return read(outFile);
        }

        String err() {
            return read(errFile);
        }

        /** Waits until it says where it serves. */
        int port() {
            awaitErr("; Ctrl-C stops it");
            return portIn(err());
        }

        void awaitErr(String text) {
            await(20, () -> err().contains(text) || !process.isAlive());
            assertThat(err()).contains(text);
        }

        void awaitOut(String text) {
            await(20, () -> out().contains(text) || !process.isAlive());
            assertThat(out()).contains(text);
        }

        Ended signal(String name) throws IOException, InterruptedException {
            Footplate.signal(name, process.pid());
            return ended();
        }

        Ended ended() throws InterruptedException {
            assertThat(process.waitFor(20, TimeUnit.SECONDS))
                    .describedAs("ends. It wrote:%n%s%s", out(), err())
                    .isTrue();
            return new Ended(process.exitValue(), out(), err());
        }
    }

    /** A folder in which the home will be, and nothing else the user did not put there. */
    Footplate(Path folder) {
        this.folder = folder;
        this.home = folder.resolve("h");
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", folder.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("LANG", "C.UTF-8");
        // Root's own apps in root's own folders, unless a test is about users.
        environment.put("FOOTPLATE_USER_SWITCHING", "off");
        environment.put("FOOTPLATE_HOME", home.toString());
        environment.put(MARK, mark);
    }

    Path home() {
        return home;
    }

    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    Footplate with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Calls the launcher and waits for its end, and for the end of what it prints: it must leave nobody with its pipes. */
    Ended run(Object... arguments) throws IOException, InterruptedException {
        var process = builder(arguments).start();
        process.getOutputStream().close();
        try {
            var out = reader(process.getInputStream());
            var err = reader(process.getErrorStream());
            if (!process.waitFor(CALL.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("did not end in " + CALL + ": " + List.of(arguments));
            }
            return new Ended(
                    process.exitValue(),
                    out.orTimeout(5, TimeUnit.SECONDS).join(),
                    err.orTimeout(5, TimeUnit.SECONDS).join());
        } finally {
            process.destroyForcibly();
        }
    }

    /** Calls the launcher and lets it run. */
    Running begin(Object... arguments) throws IOException {
        return begin(builder(arguments));
    }

    /** Starts another program and lets it run. */
    Running beginProgram(String program, Object... arguments) throws IOException {
        return begin(builder(program, arguments));
    }

    private Running begin(ProcessBuilder builder) throws IOException {
        var out = Files.createTempFile(folder, "out", "");
        var err = Files.createTempFile(folder, "err", "");
        var process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        var begun = new Running(process, out, err);
        running.add(begun);
        return begun;
    }

    /** The app as {@code describe} knows it. */
    AppInfo describe(String name) throws IOException, InterruptedException {
        var described = run("describe", name, "--json").fine().out();
        try {
            return Json.object("", "{\"apps\":" + described + "}")
                    .objects("apps", AppInfo::read)
                    .getFirst();
        } catch (Malformed malformed) {
            throw new AssertionError(described, malformed);
        }
    }

    List<Long> pids(String name) throws IOException, InterruptedException {
        var pids = new ArrayList<Long>();
        for (var instance : describe(name).instances()) {
            if (instance.pid() != null) {
                pids.add(instance.pid());
            }
        }
        return pids;
    }

    long daemon() throws IOException {
        return Long.parseLong(Files.readString(home.resolve("daemon.pid")).strip());
    }

    /** Every process that was started from here, directly or not, with its command line. */
    Map<Long, String> processes() {
        var found = new HashMap<Long, String>();
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                long pid = Long.parseLong(process.getFileName().toString());
                try {
                    if (("\0" + Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1))
                            .contains("\0" + MARK + "=" + mark + "\0")) {
                        found.put(
                                pid,
                                Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                                        .replace('\0', ' '));
                    }
                } catch (IOException _) {
                    // ended since it was listed, or somebody else's
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        try {
            for (Running one : running) {
                one.process().destroy();
            }
            for (Running one : running) {
                one.process().waitFor(15, TimeUnit.SECONDS);
            }
            if (Files.exists(home.resolve("daemon.pid"))) {
                run("kill").fine();
            }
            await(5, () -> processes().isEmpty());
            assertThat(processes()).describedAs("left over").isEmpty();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } finally {
            for (int round = 0; round < 100 && !processes().isEmpty(); round++) {
                for (long pid : processes().keySet()) {
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
        }
    }

    private ProcessBuilder builder(Object... arguments) {
        return builder(Checkout.launcher().toString(), arguments);
    }

    private ProcessBuilder builder(String program, Object[] arguments) {
        var call = new ArrayList<String>();
        call.add(program);
        for (Object argument : arguments) {
            call.add(argument.toString());
        }
        var builder = new ProcessBuilder(call).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    static void signal(String name, long pid) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    static int freePort() throws IOException {
        return FreePort.find();
    }

    /** The app of the test resources, which does what the request's path says, in a folder of its own. */
    static Path app(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var app = Footplate.class.getResourceAsStream("app.js")) {
            Files.copy(app, folder.resolve("app.js"));
        }
        return folder;
    }

    /** An app of one file. */
    static Path app(Path folder, String script) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("app.js"), script);
        return folder;
    }

    /** Looks until it is so, or the time is over; what follows asserts. */
    static void await(int seconds, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static int portIn(String text) {
        var url = URL.matcher(text);
        assertThat(url.find()).describedAs(text).isTrue();
        return Integer.parseInt(url.group(1));
    }

    private static CompletableFuture<String> reader(InputStream stream) {
        Executor threads = task -> Thread.ofVirtual().start(task);
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException broken) {
                        throw new UncheckedIOException(broken);
                    }
                },
                threads);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
