package footplate.daemon.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A second JVM for tests: does one thing, tells it in a line, and stays until its stdin ends or it is killed. */
final class AnotherDaemon implements AutoCloseable {
    private final Process process;

    private AnotherDaemon(Process process) {
        this.process = process;
    }

    /** Starts one: options of the JVM, then what it does and with what. */
    static AnotherDaemon start(List<String> options, String... arguments) throws IOException {
        return start(List.of(), options, arguments);
    }

    static AnotherDaemon start(List<String> wrapper, List<String> options, String... arguments) throws IOException {
        var command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AnotherDaemon.class.getName()));
        command.addAll(List.of(arguments));
        return new AnotherDaemon(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** The next line it tells. */
    String line() throws IOException {
        var line = process.inputReader().readLine();
        return line == null ? "(it ended)" : line;
    }

    /** As kill -9 would. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        kill();
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(
                switch (arguments[0]) {
                    case "describe" -> Processes.forThisMachine().describe();
                    case "lock" -> HomeLock.tryTake(Path.of(arguments[1])).isPresent();
                    case "spawn" -> spawn(Path.of(arguments[1]));
                    case "inherit" -> inherited(Path.of(arguments[1]));
                    case "leash" -> leash(Path.of(arguments[1]), new Marker(Marker.LEASH, arguments[2]));
                    default -> "unknown: " + arguments[0];
                });
        while (System.in.read() >= 0) {
            // until our starter lets go
        }
    }

    private static String spawn(Path folder) throws SpawnFailure {
        var id = Processes.forThisMachine()
                .spawn(request(folder, "spawned", Map.of(), "exec sleep 120"))
                .id();
        return id.pid() + " " + id.startTicks();
    }

    /** Signals and a descriptor, ours and a child's. */
    private static String inherited(Path folder) throws SpawnFailure {
        var child = Processes.forThisMachine()
                .spawn(new SpawnRequest(
                        List.of("/bin/sleep", "120"),
                        folder,
                        Map.of(),
                        folder.resolve("sleep.out"),
                        folder.resolve("sleep.err"),
                        0));
        try {
            int pid = child.id().pid();
            return String.join(
                    " / ",
                    statusOf(ProcessHandle.current().pid()),
                    statusOf(pid),
                    Boolean.toString(Files.exists(Path.of("/proc/self/fd/9"))),
                    Boolean.toString(Files.exists(Proc.of(pid, "fd/9"))));
        } finally {
            child.signal(Signal.KILL);
        }
    }

    private static String statusOf(long pid) {
        try {
            return String.join(
                    " ",
                    Files.readAllLines(Proc.of((int) pid, "status")).stream()
                            .filter(line -> line.startsWith("SigBlk") || line.startsWith("SigIgn"))
                            .map(line -> line.replace("\t", ""))
                            .toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String leash(Path folder, Marker marker) throws Exception {
        var leash = Leash.hold(marker, Duration.ofSeconds(1));
        var environment = new HashMap<String, String>();
        marker.mark(environment);
        var processes = Processes.forThisMachine();
        processes.spawn(request(folder, "polite", environment, "echo ready; exec sleep 120"));
        processes.spawn(request(
                folder,
                "stubborn",
                environment,
                "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo ready; while :; do sleep 1; done' & wait"));
        return Long.toString(leash.guardian());
    }

    static SpawnRequest request(Path folder, String log, Map<String, String> environment, String script) {
        var all = new HashMap<>(environment);
        all.put("PATH", "/usr/bin:/bin");
        return new SpawnRequest(
                List.of("/bin/sh", "-c", script),
                folder,
                all,
                folder.resolve(log + ".out"),
                folder.resolve(log + ".err"),
                0);
    }
}
