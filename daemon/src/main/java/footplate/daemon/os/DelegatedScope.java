package footplate.daemon.os;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A part of the cgroup tree that systemd leaves to us (systemd.scope(5), {@code Delegate=}): apart from our service, which
 * systemd could not start again while it has cgroups below it that live. A process that sleeps in a leaf keeps it there.
 */
final class DelegatedScope {
    private static final Path SYSTEMD = Path.of("/run/systemd/system");
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final String SLICE = "system.slice";

    /** $1: the scope's folder, $2: the leaf, $3: whose end ends it too; empty: nobody's. */
    private static final String HOLDER = """
            mkdir "$1/$2" && echo 0 > "$1/$2/cgroup.procs" || exit 1
            [ -n "$3" ] || exec sleep infinity
            while kill -0 "$3"; do sleep 10; done
            """;

    /** How one is had. */
    interface Maker {
        /**
         * Makes one, and waits until it is there.
         *
         * @param folder where it is to be
         * @param own our cgroup
         */
        void make(Path folder, Path own) throws IOException;
    }

    private DelegatedScope() {}

    /** Where it is below the topmost folder. */
    static Path folder(Path top, String name) {
        return top.resolve(SLICE).resolve(name + ".scope");
    }

    /**
     * Has systemd make it; root may.
     *
     * @param endsWith PID of whom it ends with; empty: nobody
     */
    static void make(Path folder, Path own, String leaf, String endsWith) throws IOException {
        var run = Program.onOurPath("systemd-run");
        if (!Files.exists(SYSTEMD) || run.isEmpty() || !"root".equals(System.getProperty("user.name"))) {
            throw new IOException("only root can have one made, and by systemd");
        }
        var unit = folder.getFileName().toString();
        var command = new ArrayList<String>();
        // Ctrl-C on a terminal of ours is not for it.
        Program.onOurPath("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(
                List.of(run.get().toString(), "--scope", "--quiet", "--collect", "--slice=" + SLICE, "--unit=" + unit));
        command.addAll(List.of("-p", "Delegate=yes", "-p", "Description=Apps of Footplate with caps"));
        var service = own.getFileName().toString();
        if (service.endsWith(".service")) {
            command.addAll(List.of("-p", "Before=" + service)); // so it stops after it, which stops the apps in order
        }
        command.addAll(List.of("--", "/bin/sh", "-c", HOLDER, "footplate", folder.toString(), leaf, endsWith));
        var builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        var holder = builder.start();
        var procs = folder.resolve(leaf).resolve("cgroup.procs");
        long end = System.nanoTime() + MOST.toNanos();
        while (CgroupFile.lines(procs).isEmpty()) {
            if (!holder.isAlive() || System.nanoTime() - end > 0) {
                holder.destroyForcibly();
                throw new IOException("systemd-run made no " + unit);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}
