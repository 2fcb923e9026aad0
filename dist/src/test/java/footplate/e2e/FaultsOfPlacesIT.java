package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import footplate.api.client.HomeLayout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ports, folders and homes that are not there, not ours, or not what they should be. */
@Tag("node")
final class FaultsOfPlacesIT {
    private static final String HELLO =
            "require('http').createServer((q, s) => s.end('v1 ' + process.pid)).listen(process.env.PORT)\n";

    private FaultyHome home;

    @BeforeEach
    void make() throws Exception {
        home = FaultyHome.make();
    }

    @AfterEach
    void close() throws Exception {
        home.close();
    }

    /** The next commands are called by somebody without rights. */
    private void beNobody() throws Exception {
        assumeThat(FaultyHome.root())
                .describedAs("LEFT OUT: needs root, to be another user")
                .isTrue();
        home.close();
        home = FaultyHome.ofNobody();
    }

    private FaultyHome.Ended starts(String app, String... more) throws Exception {
        return home.done(with(app, more));
    }

    private FaultyHome.Ended fails(String app, String... more) throws Exception {
        var ended = home.refused(with(app, more));
        // What, where, and how to mend it.
        assertThat(ended.err().strip().lines()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(ended.err()).contains("\n    ");
        return ended;
    }

    private String[] with(String app, String... more) throws IOException {
        return Stream.concat(
                        Stream.of("start", home.app(app, HELLO).toString(), "--min", "1", "--max", "1"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void aPortOfAnotherProgramIsNamedWithACommandThatShowsThatProgram() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Integer.toString(taken.getLocalPort());

            var ended = fails("app", "--port", port);

            assertThat(ended.err()).contains(port, "another program listens", "ss -ltnp", "--port");
            assertThat(home.done("list", "--json").out()).doesNotContain("\"app\"");
        }
    }

    @Test
    void aPortOfAnotherAppIsNamedWithThatApp() throws Exception {
        starts("one", "--port", "0");
        var port = Integer.toString(home.port("one"));

        assertThat(fails("two", "--port", port).err()).contains("port " + port, "'one'", "--host");

        starts("two", "--port", port, "--host", "two.example");
        assertThat(fails("three", "--port", port, "--host", "TWO.example").err())
                .contains("two.example", "'two'");
    }

    @Test
    void aClashOfNamesAndABadHostNameAreTold() throws Exception {
        starts("app", "--port", "0");
        home.app("elsewhere", HELLO);
        var clash =
                home.refused("start", home.folder().resolve("elsewhere").toString(), "--name", "app", "--port", "0");
        assertThat(clash.err())
                .contains("'app'", "belongs to the app in " + home.folder().resolve("app"), "--name");
        assertThat(fails("third", "--port", "0", "--host", "not a host").err()).contains("--host not a host");
        assertThat(home.footplate(with("third", "--port", "0", "--name", "-x")).code())
                .isEqualTo(2);
    }

    @Test
    void anAddressThatThisMachineDoesNotHaveIsTold() throws Exception {
        assertThat(fails("app", "--port", "34567", "--bind", "203.0.113.7").err())
                .contains("203.0.113.7", "no such address", "ip address");
        assertThat(fails("app", "--port", "0", "--bind", "203.0.113.7").err()).contains("203.0.113.7", "ip address");
        assertThat(fails("app", "--bind", "nonsense").err()).contains("--bind nonsense", "no IP address");
    }

    @Test
    void aLowPortIsRefusedToSomebodyWithoutRights() throws Exception {
        beNobody();
        // A network of its own: there the kernel's usual bound holds, whatever this machine allows.
        assumeThat(FaultyHome.system("unshare", "--net", "true").code())
                .describedAs("LEFT OUT: no network namespaces here")
                .isZero();
        var command = new ArrayList<>(List.of("unshare", "--net"));
        command.addAll(home.command(with("app", "--port", "81")));

        var ended = home.begin(command).end();

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("may not listen on port 81", "1024");
    }

    @Test
    void foldersThatHoldNoAppSayWhatWasLookedFor() throws Exception {
        var missing = home.refused("start", "nowhere");
        assertThat(missing.err()).contains("nowhere", "no such folder");
        var empty = Files.createDirectory(home.folder().resolve("empty"));
        assertThat(home.refused("start", empty.toString()).err()).contains(empty.toString(), "app.js", "package.json");
        home.file("text", "notes.txt", "hello\n");
        assertThat(home.refused("start", home.folder().resolve("text/notes.txt").toString())
                        .err())
                .contains("notes.txt");
        home.file("broken", "package.json", "{ \"scripts\": ");
        assertThat(home.refused("start", home.folder().resolve("broken").toString())
                        .err())
                .contains("package.json");
        home.file("lost", "package.json", "{ \"main\": \"gone.js\" }");
        assertThat(home.refused("start", home.folder().resolve("lost").toString())
                        .err())
                .contains("gone.js");
        assertThat(home.refused("start", "/dev/null").err()).contains("/dev/null");
    }

    @Test
    void aFolderThatMayNotBeReadSaysSo() throws Exception {
        beNobody();
        var secret = home.app("secret", HELLO);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));

        var ended = home.refused("start", secret.toString(), "--port", "0");

        assertThat(ended.err()).contains(secret.toString()).containsIgnoringCase("permission");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(secret.resolve("app.js"), PosixFilePermissions.fromString("rw-------"));
        var script = home.refused("start", secret.toString(), "--port", "0");
        assertThat(script.err()).contains("app.js").containsIgnoringCase("permission");
    }

    @Test
    void aPathWithoutNodeIsTold() throws Exception {
        var tools = Files.createDirectory(home.folder().resolve("bin"));
        for (var tool : List.of("sh", "find", "setsid", "stty", "nohup")) {
            var where =
                    FaultyHome.system("sh", "-c", "command -v " + tool).out().strip();
            Files.createSymbolicLink(tools.resolve(tool), Path.of(where));
        }
        home.environment().put("PATH", tools.toString());

        var ended = fails("app", "--port", "0");

        assertThat(ended.err()).contains("node", "PATH");
    }

    @Test
    void withoutAnyHomeThereIsOneLineAboutIt() throws Exception {
        home.environment().remove("HOME");
        home.environment().remove(HomeLayout.VARIABLE);
        assertThat(fails("app").err()).contains(HomeLayout.VARIABLE, "HOME", "is set");
        assertThat(home.refused("list").err()).contains(HomeLayout.VARIABLE);
        home.environment().put(HomeLayout.VARIABLE, "some/where");
        assertThat(fails("app").err()).contains("absolute", "some/where");
        assertThat(home.refused("run", ".").err()).contains("absolute", "some/where");
    }

    @Test
    void aHomeThatIsAFileIsTold() throws Exception {
        Files.writeString(home.home(), "");
        assertThat(fails("app").err()).contains(home.home().toString(), "not a folder");
        home.environment().put(HomeLayout.VARIABLE, home.home() + "/below");
        assertThat(fails("app").err()).contains(home.home().toString());
        Files.delete(home.home());
    }

    @Test
    void aHomeThatMayNotBeWrittenIsTold() throws Exception {
        beNobody();
        home.environment().put(HomeLayout.VARIABLE, "/proc/footplate");
        assertThat(fails("app").err()).contains("/proc/footplate");
        var locked = Files.createDirectory(home.folder().resolve("locked"));
        home.environment().put(HomeLayout.VARIABLE, locked.resolve("h").toString());
        assertThat(fails("app").err()).contains(locked.resolve("h").toString(), "permission denied");
    }

    @Test
    void aHomeOfSomebodyElseIsNotUsed() throws Exception {
        beNobody();
        Files.createDirectory(
                home.home(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThat(fails("app").err()).contains(home.home().toString());
        assertThat(home.refused("list").err()).contains(home.home().toString());
        try (Stream<Path> files = Files.list(home.home())) {
            assertThat(files).isEmpty();
        }
        // Root may write there, and still shall not: what it leaves the owner could not use.
        home.close();
        home = FaultyHome.make();
        Files.createDirectory(home.home());
        FaultyHome.system(
                "chown", Integer.toString(FaultyHome.NOBODY), home.home().toString());
        assertThat(fails("app").err()).contains(home.home().toString(), "somebody else");
    }

    @Test
    void aHomeWithTooLongAPathForASocketWorks() throws Exception {
        var deep = home.folder().resolve("a-folder-with-a-long-name-".repeat(3)).resolve("another-one-".repeat(5));
        home.environment().put(HomeLayout.VARIABLE, deep.toString());
        starts("app", "--port", "0");
        assertThat(home.done("list").out()).contains("app");
        var sockets = new HomeLayout(deep).controlSocket().getParent();
        assertThat(sockets).isNotEqualTo(deep);
        assertThat(Files.getPosixFilePermissions(sockets)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        home.done("kill");
        try (Stream<Path> left = Files.list(sockets)) {
            assertThat(left).isEmpty();
        }
        Files.delete(sockets);
    }
}
