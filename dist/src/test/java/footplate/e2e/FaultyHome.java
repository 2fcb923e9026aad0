package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.api.client.CallFailed;
import footplate.api.client.ControlClient;
import footplate.api.client.HomeLayout;
import footplate.api.v1.AppInfo;
import footplate.api.v1.InstanceInfo;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A FOOTPLATE_HOME of a test's own with short paths, the real launcher to use it by, and a look at which processes of the machine belong to it.
 */
@SuppressWarnings("try") // a test that is interrupted fails, as it should
final class FaultyHome implements AutoCloseable {
    /** The user that a test is where it must not be root. */
    static final int NOBODY = 65_534;

    /** Longest time a command may take; none is meant to come near it. */
    private static final Duration LIMIT = Duration.ofSeconds(40);

    /** How a command ended. */
    record Ended(int code, String out, String err) {}

    /** An answer of HTTP. */
    record Answer(int status, String body) {}

    private final Path folder;
    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private int user = 0;

    private FaultyHome(Path folder, Path home) {
        this.folder = folder;
        this.home = home;
        environment.put("PATH", System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("HOME", folder.toString());
        environment.put(HomeLayout.VARIABLE, home.toString());
        environment.put("LANG", "C.UTF-8");
        // Root's own apps in root's own folders, unless a test is about users.
        environment.put("FOOTPLATE_USER_SWITCHING", "off");
    }

    /** A home that does not exist yet. */
    static FaultyHome make() throws IOException {
        var folder = Files.createTempDirectory(Path.of("/tmp"), "fp");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new FaultyHome(folder, folder.resolve("h"));
    }

    /** The same, with everything done by a user without rights; only root can ask for that. */
    static FaultyHome ofNobody() throws IOException, InterruptedException {
        var made = make();
        made.user = NOBODY;
        ended(List.of("chown", "-R", NOBODY + ":" + NOBODY, made.folder.toString()), Map.of(), made.folder);
        return made;
    }

    /** Whether this test is root, and so can be somebody else. */
    static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    Path folder() {
        return folder;
    }

    Path home() {
        return home;
    }

    HomeLayout layout() {
        return new HomeLayout(home);
    }

    ControlClient client() {
        return new ControlClient(layout().controlSocket());
    }

    /** The environment of the next command; to be changed as a test needs. */
    Map<String, String> environment() {
        return environment;
    }

    /** Writes an app of one file, {@code app.js}, and returns its folder. */
    Path app(String name, String source) throws IOException {
        return file(name, "app.js", source);
    }

    /** Writes one file of an app, and returns the app's folder. */
    Path file(String name, String file, String content) throws IOException {
        var app = Files.createDirectories(folder.resolve(name));
        // Never half written: the daemon may be about to start it.
        var fresh = Files.writeString(folder.resolve("fresh"), content);
        Files.move(fresh, app.resolve(file), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return app;
    }

    /** Calls {@code footplate} and waits for its end. */
    Ended footplate(String... arguments) throws IOException, InterruptedException {
        return ended(command(arguments), environment, folder);
    }

    /** Calls it and expects success. */
    Ended done(String... arguments) throws IOException, InterruptedException {
        var ended = footplate(arguments);
        assertThat(ended.code())
                .describedAs("footplate %s%n%s%s", String.join(" ", arguments), ended.out(), ended.err())
                .isZero();
        return ended;
    }

    /** Calls it and expects a failure that was told. */
    Ended refused(String... arguments) throws IOException, InterruptedException {
        var ended = footplate(arguments);
        assertThat(ended.code())
                .describedAs("footplate %s%n%s%s", String.join(" ", arguments), ended.out(), ended.err())
                .isEqualTo(1);
        assertThat(ended.err()).isNotBlank().doesNotContain("Exception", "mistake");
        return ended;
    }

    /** Begins a command whose output goes to the files {@code out} and {@code err} in a folder of its own. */
    Begun begin(String... arguments) throws IOException {
        return begin(command(arguments));
    }

    Begun begin(List<String> command) throws IOException {
        var output = Files.createTempDirectory(Path.of("/tmp"), "fpo");
        return begin(command, environment, folder, output);
    }

    List<String> command(String... arguments) {
        var command = new ArrayList<String>();
        if (user != 0) {
            command.addAll(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
        }
        command.add(InstalledLauncher.path().toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** A command under way. */
    record Begun(Process process, Path output) {
        String out() throws IOException {
            return new String(Files.readAllBytes(output.resolve("out")), StandardCharsets.UTF_8);
        }

        String err() throws IOException {
            return new String(Files.readAllBytes(output.resolve("err")), StandardCharsets.UTF_8);
        }

        Ended end() throws IOException, InterruptedException {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still runs after " + LIMIT + ": "
                        + process.info().commandLine().orElse("") + "\n" + out() + err());
            }
            try {
                return new Ended(process.exitValue(), out(), err());
            } finally {
                erase(output);
            }
        }
    }

    private static Begun begin(List<String> command, Map<String, String> environment, Path directory, Path output)
            throws IOException {
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.resolve("out").toFile())
                .redirectError(output.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Begun(builder.start(), output);
    }

    private static Ended ended(List<String> command, Map<String, String> environment, Path directory)
            throws IOException, InterruptedException {
        var all = new HashMap<>(environment);
        all.putIfAbsent("PATH", System.getenv("PATH"));
        return begin(
                        command,
                        environment.isEmpty() ? all : environment,
                        directory,
                        Files.createTempDirectory(Path.of("/tmp"), "fpo"))
                .end();
    }

    /** Runs a program of the system's. */
    static Ended system(String... command) throws IOException, InterruptedException {
        return ended(List.of(command), Map.of(), Path.of("/tmp"));
    }

    AppInfo describe(String app) throws CallFailed {
        return client().describe(app).apps().getFirst();
    }

    int port(String app) throws CallFailed {
        return URI.create(describe(app).url()).getPort();
    }

    /** PIDs of an app's processes. */
    SortedSet<Long> pids(String app) throws CallFailed {
        return pids(describe(app));
    }

    static SortedSet<Long> pids(AppInfo app) {
        var pids = new TreeSet<Long>();
        app.instances().stream()
                .map(InstanceInfo::pid)
                .filter(pid -> pid != null)
                .forEach(pids::add);
        return pids;
    }

    /** The background daemon's PID, as it wrote it. */
    long daemon() throws IOException {
        return Long.parseLong(Files.readString(layout().pidFile()).strip());
    }

    void killDaemon() throws IOException, InterruptedException {
        var daemon = daemon();
        signal("KILL", daemon);
        awaitGone(daemon);
    }

    static void signal(String name, long pid) throws IOException, InterruptedException {
        assertThat(system("kill", "-s", name, Long.toString(pid)).code())
                .describedAs("kill -s " + name + " " + pid)
                .isZero();
    }

    /** Waits until a process is gone; a zombie counts as gone. */
    static void awaitGone(long pid) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !runs(pid));
    }

    /** Whether a process runs; a zombie does not. */
    static boolean runs(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException gone) {
            return false;
        }
    }

    /** Every process on the machine that carries this home's mark, with its command line. */
    Map<Long, String> marked() throws IOException {
        byte[] secret;
        try {
            secret = Files.readAllBytes(home.resolve("secret"));
        } catch (NoSuchFileException never) {
            return Map.of();
        }
        return withVariable("FOOTPLATE_LEASH=" + word(secret));
    }

    /** As the daemon makes it: a change of the rule must keep finding what an older daemon has started. */
    private static String word(byte[] secret) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret);
            digest.update("home".getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Every process whose environment holds an entry. */
    static Map<Long, String> withVariable(String entry) throws IOException {
        var found = new TreeMap<Long, String>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (var process : all.toList()) {
                var name = process.getFileName().toString();
                if (!name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    continue;
                }
                long pid = Long.parseLong(name);
                try {
                    var entries =
                            new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
                    if (List.of(entries.split("\0", -1)).contains(entry) && runs(pid)) {
                        found.put(
                                pid,
                                Files.readString(process.resolve("cmdline")).replace('\0', ' '));
                    }
                } catch (IOException goneOrNotOurs) {
                    // not one of ours
                }
            }
        }
        return found;
    }

    /** No process of this home runs that its daemon does not know of, or the child of one it knows. */
    void assertNoOrphan() throws IOException, CallFailed {
        var known = new TreeSet<Long>();
        for (var app : client().list().apps()) {
            known.addAll(pids(app));
        }
        for (var found : marked().entrySet()) {
            boolean ours = known.contains(found.getKey())
                    || ProcessHandle.of(found.getKey()).stream()
                            .flatMap(process -> Stream.iterate(
                                            process.parent(),
                                            p -> p.isPresent(),
                                            p -> p.orElseThrow().parent())
                                    .map(p -> p.orElseThrow().pid()))
                            .anyMatch(known::contains);
            assertThat(ours || !runs(found.getKey()))
                    .describedAs("orphan %s; known are %s", found, known)
                    .isTrue();
        }
    }

    /** Asks an app of this home by HTTP. */
    static Answer get(int port, String path) throws IOException {
        var connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(15_000);
        connection.setRequestProperty("Connection", "close");
        try {
            int status = connection.getResponseCode();
            try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        } finally {
            connection.disconnect();
        }
    }

    /** What the daemon has written about itself. */
    String daemonLog() throws IOException {
        try {
            return new String(Files.readAllBytes(layout().daemonLog()), StandardCharsets.UTF_8);
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    /** Ends the daemon and its apps in order, and fails if anything is left or the daemon made a mistake. */
    @Override
    public void close() throws IOException, InterruptedException {
        var failures = new ArrayList<String>();
        long daemon = Files.exists(layout().pidFile()) ? daemon() : 0;
        if (daemon != 0 && runs(daemon)) {
            environment.put("PATH", System.getenv("PATH"));
            environment.put(HomeLayout.VARIABLE, home.toString());
            var ended = footplate("kill");
            if (ended.code() != 0) {
                failures.add("kill: " + ended);
            }
            try {
                awaitGone(daemon);
            } catch (org.awaitility.core.ConditionTimeoutException still) {
                failures.add("the daemon " + daemon + " still runs after 'footplate kill'");
                system("kill", "-9", Long.toString(daemon));
            }
        }
        for (var orphan : marked().entrySet()) {
            failures.add("orphan " + orphan);
            system("kill", "-9", Long.toString(orphan.getKey()));
        }
        var log = daemonLog();
        if (log.contains("mistake") || log.contains("Exception in thread")) {
            failures.add("the daemon's log tells of a mistake:\n" + log);
        }
        erase(folder);
        assertThat(failures).isEmpty();
    }

    static void erase(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
