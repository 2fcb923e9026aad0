package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A machine of a test's own with systemd as its first process: this machine's files beneath a layer of its own, a network of its
 * own, in systemd-nspawn. Needs root.
 */
@SuppressWarnings("try") // a test that is interrupted fails, as it should
final class Machine implements AutoCloseable {
    /** Where the launcher is in it. */
    static final String FOOTPLATE = "/opt/footplate/footplate";

    /** Services of this machine that the test has no use for. */
    private static final List<String> MASKED = List.of(
            "haproxy.service",
            "nginx.service",
            "apache2.service",
            "postgresql.service",
            "redis-server.service",
            "docker.service",
            "ssh.service",
            "systemd-timesyncd.service",
            "e2scrub_reap.service",
            "apt-daily.timer",
            "apt-daily-upgrade.timer",
            "dpkg-db-backup.timer",
            "man-db.timer",
            "fstrim.timer",
            "e2scrub_all.timer");

    private final Path folder;
    private @Nullable Process nspawn;
    private long leader;

    private Machine(Path folder) {
        this.folder = folder;
    }

    /** Why there can be none here; empty if there can. */
    static String missing() {
        if (!FaultyHome.root()) {
            return "it needs root";
        }
        for (var program : List.of("/usr/bin/systemd-nspawn", "/usr/bin/nsenter", "/lib/systemd/systemd")) {
            if (!Files.isExecutable(Path.of(program))) {
                return "there is no " + program + " (Debian: systemd-container, systemd, util-linux)";
            }
        }
        return "";
    }

    /** One that is switched off. */
    static Machine make() throws IOException, InterruptedException {
        var machine = new Machine(Files.createTempDirectory(Path.of("/tmp"), "fpm"));
        machine.host("mount", "-t", "tmpfs", "-o", "size=512m", "fpm", machine.folder.toString());
        for (var part : List.of("upper", "work", "root")) {
            Files.createDirectory(machine.folder.resolve(part));
        }
        machine.host(
                "mount",
                "-t",
                "overlay",
                "overlay",
                "-o",
                "lowerdir=/,upperdir=%1$s/upper,workdir=%1$s/work".formatted(machine.folder),
                machine.root().toString());
        var units = Files.createDirectories(machine.file("/etc/systemd/system"));
        for (var unit : MASKED) {
            Files.deleteIfExists(units.resolve(unit));
            Files.createSymbolicLink(units.resolve(unit), Path.of("/dev/null"));
        }
        Files.createDirectories(machine.file("/opt/footplate"));
        // systemd gives it one; this machine's is this machine's.
        Files.deleteIfExists(machine.file("/etc/machine-id"));
        Files.createFile(machine.file("/etc/machine-id"));
        return machine;
    }

    private Path root() {
        return folder.resolve("root");
    }

    /** A file of it, by its path in it. */
    Path file(String path) {
        return root().resolve(path.substring(1));
    }

    /** Switches it on, and waits until it has come up. */
    void boot() throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        "systemd-nspawn",
                        "--quiet",
                        "--boot",
                        "--directory=" + root(),
                        "--machine=" + folder.getFileName(),
                        "--private-network",
                        "--register=no",
                        "--keep-unit",
                        "--link-journal=no",
                        "--console=pipe",
                        "--bind-ro=" + InstalledLauncher.path().getParent() + ":/opt/footplate")
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(folder.resolve("console").toFile())
                .start();
        nspawn = process;
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    assertThat(process.isAlive()).describedAs(console()).isTrue();
                    var first = process.toHandle().children().findFirst();
                    if (first.isEmpty()) {
                        return false;
                    }
                    leader = first.get().pid();
                    return List.of("running", "degraded")
                            .contains(in("systemctl", "is-system-running").out().strip());
                });
        done("ip", "link", "set", "lo", "up");
    }

    private String console() throws IOException {
        return Files.readString(folder.resolve("console"), StandardCharsets.ISO_8859_1);
    }

    /** Runs a program in it. */
    FaultyHome.Ended in(String... command) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of(
                "nsenter",
                "--target=" + leader,
                "--all",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root",
                "LANG=C.UTF-8",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "FOOTPLATE_HOME=/var/lib/footplate"));
        all.addAll(List.of(command));
        return FaultyHome.system(all.toArray(String[]::new));
    }

    /** Runs a program in it that is to succeed, and returns what it printed. */
    String done(String... command) throws IOException, InterruptedException {
        var ended = in(command);
        assertThat(ended.code())
                .describedAs("%s%n%s%s", String.join(" ", command), ended.out(), ended.err())
                .isZero();
        return ended.out();
    }

    private void host(String... command) throws IOException, InterruptedException {
        var ended = FaultyHome.system(command);
        assertThat(ended.code()).describedAs(ended.err()).isZero();
    }

    /** Has it switch itself off, as for a reboot. */
    void shutDown() throws IOException, InterruptedException {
        in("systemctl", "reboot");
        awaitOff();
    }

    private void awaitOff() throws IOException, InterruptedException {
        var process = nspawn;
        if (process != null) {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("the machine does not shut down:\n" + console());
            }
            nspawn = null;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            if (nspawn != null && nspawn.isAlive()) {
                in("systemctl", "poweroff", "--force");
                awaitOff();
            }
        } finally {
            FaultyHome.system("umount", root().toString());
            FaultyHome.system("umount", folder.toString());
            Files.deleteIfExists(folder);
        }
    }
}
