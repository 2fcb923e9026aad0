package footplate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a checkout of its own, whose folder has a space in its name; the Maven wrapper there copies the real jars and counts its calls.
 *
 * <p>The tests share the checkout, in order: the first builds it, the last break it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LauncherIT {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolve("..").normalize();

    @TempDir
    static Path folder;

    private static Path checkout = Path.of("unset");

    record Ended(int code, String out, String err) {}

    @BeforeAll
    static void lay() throws IOException {
        checkout = folder.resolve("a check out");
        for (String file : List.of("footplate", "dist/launcher/jdk.sh", "dist/launcher/build.sh")) {
            Path copy = checkout.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(ROOT.resolve(file), copy);
        }
        for (String source :
                List.of("core/src/main/java/A.java", "core/src/main/java/B.java", "pom.xml", "core/pom.xml")) {
            Files.createDirectories(checkout.resolve(source).getParent());
            Files.writeString(checkout.resolve(source), "");
        }
        maven("echo built >>'" + folder + "/builds'; mkdir -p dist/target/product/lib; cp -p '" + ROOT
                + "'/dist/target/lib/*.jar dist/target/product/lib/");
        run(Map.of(), "chmod", "+x", checkout.resolve("footplate").toString());
    }

    @Test
    @Order(1)
    void theFirstCallBuildsWithALineAboutItAndLaterCallsDoNot() throws Exception {
        Ended first = footplate("version");

        assertThat(first.code()).describedAs(first.err()).isZero();
        assertThat(first.out()).startsWith("footplate ");
        assertThat(first.err()).contains("building").contains("built in");
        assertThat(footplate("version").err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
        try (Stream<Path> files = Files.walk(checkout.resolve("dist/target/launch"))) {
            assertThat(files).anyMatch(file -> file.endsWith("cli.aot"));
        }
    }

    @Test
    @Order(2)
    void exitCodesComeThrough() throws Exception {
        assertThat(footplate("strat").code()).isEqualTo(2);
        assertThat(footplate("ping").code()).isEqualTo(1);
        assertThat(footplate("list", "--json")).satisfies(list -> {
            assertThat(list.code()).isZero();
            assertThat(list.out()).isEqualTo("[]\n");
        });
    }

    @Test
    @Order(3)
    void itRunsThroughLinksFromAnotherFolder() throws Exception {
        Path direct = Files.createSymbolicLink(folder.resolve("direct"), checkout.resolve("footplate"));
        Path relative = Files.createSymbolicLink(folder.resolve("relative"), Path.of("direct"));
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("footplate"), Path.of("../relative"));

        assertThat(run(environment(), direct.toString(), "version").code()).isZero();
        assertThat(run(environment(), relative.toString(), "version").code()).isZero();
        Map<String, String> onPath = environment();
        onPath.put("PATH", bin + ":" + System.getenv("PATH"));
        assertThat(run(onPath, "sh", "-c", "cd / && footplate version").code()).isZero();
        assertThat(run(environment(), "sh", "-c", "cd '" + checkout + "/core' && ../footplate version")
                        .code())
                .isZero();
        assertThat(run(environment(), "sh", "-c", "cd '" + checkout + "' && sh footplate version")
                        .err())
                .isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    @Order(4)
    void aJavaHomeOfAnotherVersionIsPassedOver() throws Exception {
        Path old = Files.createDirectories(folder.resolve("jdk-17"));
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        Map<String, String> environment = environment();
        environment.put("JAVA_HOME", old.toString());
        environment.put("PATH", System.getProperty("java.home") + "/bin:" + System.getenv("PATH"));

        assertThat(run(environment, checkout.resolve("footplate").toString(), "version")
                        .code())
                .isZero();
    }

    @Test
    @Order(5)
    void withoutJdk25OneLineSaysWhatIsMissingAndWhereItWasLookedFor() throws Exception {
        Path old = Files.createDirectories(folder.resolve("jdk-11"));
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : List.of("sh", "find", "readlink", "mkdir", "mv", "stty")) {
            Ended where = run(environment(), "sh", "-c", "command -v " + tool);
            Files.createSymbolicLink(tools.resolve(tool), Path.of(where.out().strip()));
        }
        Map<String, String> environment = environment();
        environment.put("JAVA_HOME", old.toString());
        environment.put("HOME", folder.toString());
        environment.put("PATH", tools.toString());
        environment.put("FOOTPLATE_LAUNCHER_ROOT", folder.resolve("nothing").toString());

        Ended ended = run(environment, checkout.resolve("footplate").toString(), "list");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .hasLineCount(1)
                .contains("JDK 25 is needed", "JAVA_HOME=" + old, "/usr/lib/jvm", "adoptium");
    }

    @Test
    @Order(6)
    void aChangedAnAddedAndARemovedSourceAreBuiltAgain() throws Exception {
        int before = builds();
        Files.setLastModifiedTime(
                checkout.resolve("core/src/main/java/A.java"),
                FileTime.from(Instant.now().plusSeconds(1)));
        assertThat(footplate("version").err()).contains("have changed");
        assertThat(builds()).isEqualTo(before + 1);

        Files.setLastModifiedTime(checkout.resolve("core/src/main/java/A.java"), FileTime.from(Instant.EPOCH));
        footplate("version");
        int settled = builds();
        assertThat(footplate("version").err()).isEmpty();

        Files.delete(checkout.resolve("core/src/main/java/B.java"));
        footplate("version");
        assertThat(builds()).isEqualTo(settled + 1);

        Files.writeString(checkout.resolve("core/pom.xml"), "<project/>", StandardOpenOption.APPEND);
        footplate("version");
        assertThat(builds()).isEqualTo(settled + 2);
        try (Stream<Path> kept = Files.list(checkout.resolve("dist/target/launch"))) {
            assertThat(kept.filter(path -> path.getFileName().toString().startsWith("b.")))
                    .hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    @Order(7)
    void aBuiltCheckoutRunsForAUserWhoMayNotWriteThere() throws Exception {
        Ended who = run(environment(), "id", "-u");
        List<String> call = new ArrayList<>();
        if (who.out().strip().equals("0")) {
            // Nothing is read-only for root, so another user calls.
            call.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            for (Path path : List.of(folder, checkout)) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        } else {
            run(environment(), "chmod", "-R", "a-w", checkout.toString());
        }
        call.addAll(List.of(checkout.resolve("footplate").toString(), "version"));
        try {
            Ended ended = run(environment(), call.toArray(String[]::new));

            assertThat(ended.code()).describedAs(ended.err()).isZero();
            assertThat(ended.err()).isEmpty();
        } finally {
            run(environment(), "chmod", "-R", "u+w", checkout.toString());
        }
    }

    @Test
    @Order(8)
    void twoAtOnceBuildOnce() throws Exception {
        int before = builds();
        maven("until [ -e '" + folder + "/go' ]; do read -r _ <'" + folder + "/gate' || :; done; echo built >>'"
                + folder + "/builds'");
        run(environment(), "mkfifo", folder.resolve("gate").toString());
        touch();

        Process first = start(environment(), checkout.resolve("footplate").toString(), "version");
        // The first holds the lock before the second starts: it has opened the gate for reading.
        String waiting;
        Process second;
        try (var gate = Files.newOutputStream(folder.resolve("gate"))) {
            second = start(environment(), checkout.resolve("footplate").toString(), "version");
            waiting = new String(second.getErrorStream().readNBytes(40), StandardCharsets.UTF_8);
            Files.writeString(folder.resolve("go"), "");
            gate.write('\n');
        }
        assertThat(ended(first).code()).isZero();
        assertThat(waiting).contains("waiting for another build");
        assertThat(ended(second).code()).isZero();
        assertThat(builds()).isEqualTo(before + 1);
    }

    @Test
    @Order(9)
    void theLockOfABuilderThatDiedIsTakenOver() throws Exception {
        int before = builds();
        maven("echo built >>'" + folder + "/builds'");
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path lock = Files.createDirectory(checkout.resolve("dist/target/launch/lock"));
        Files.writeString(lock.resolve("pid"), dead.pid() + "\n");
        touch();

        assertThat(footplate("version").code()).isZero();
        assertThat(builds()).isEqualTo(before + 1);
        assertThat(lock).doesNotExist();
    }

    @Test
    @Order(10)
    void aBuildThatFailsShowsTheEndOfItsLogAndLetsTheNextOneTry() throws Exception {
        maven("echo '[ERROR] A.java:[3,1] cannot find symbol'; exit 1");
        touch();

        Ended failed = footplate("version");

        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("the build failed", "build.log", "A.java:[3,1] cannot find symbol");
        assertThat(checkout.resolve("dist/target/launch/lock")).doesNotExist();
        maven("echo built >>'" + folder + "/builds'");
        assertThat(footplate("version").code()).isZero();
    }

    /** Makes a source newer than any build that has begun. */
    private static void touch() throws IOException {
        Path source = checkout.resolve("core/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(3600)));
    }

    private static void maven(String script) throws IOException {
        Path wrapper = checkout.resolve("mvnw");
        // A source from the future would be newer than this build, too.
        Files.writeString(
                wrapper,
                "#!/bin/sh\nset -e\ncd '" + checkout + "'\n" + script
                        + "\ntouch -d '2000-01-01' core/src/main/java/A.java\n");
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static int builds() throws IOException {
        return Files.readAllLines(folder.resolve("builds")).size();
    }

    private static Ended footplate(String... arguments) throws Exception {
        List<String> call =
                new ArrayList<>(List.of(checkout.resolve("footplate").toString()));
        call.addAll(List.of(arguments));
        return run(environment(), call.toArray(String[]::new));
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", folder.toString());
        environment.put("FOOTPLATE_HOME", folder.resolve("home").toString());
        environment.put("LC_ALL", "C.UTF-8");
        return environment;
    }

    private static Process start(Map<String, String> environment, String... call) throws IOException {
        var builder = new ProcessBuilder(call);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(Path.of("/dev/null").toFile());
        return builder.start();
    }

    private static Ended run(Map<String, String> environment, String... call) throws IOException {
        return ended(start(environment, call));
    }

    private static Ended ended(Process process) throws IOException {
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("it did not end in two minutes");
            }
            return new Ended(
                    process.exitValue(),
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
