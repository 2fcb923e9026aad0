package footplate.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeLayoutTest {
    @TempDir
    Path folder;

    @Test
    void theHomeIsNamedByItsVariableOrByTheUsersHome() throws Exception {
        assertThat(HomeLayout.of(Map.of("FOOTPLATE_HOME", "/a/../b", "HOME", "/h"))
                        .home())
                .isEqualTo(Path.of("/b"));
        assertThat(HomeLayout.of(Map.of("FOOTPLATE_HOME", "", "HOME", "/h")).home())
                .isEqualTo(Path.of("/h/.footplate"));
    }

    @Test
    void noHomeAndARelativeOneAreRefusedWithTheirCure() {
        for (Map<String, String> environment : List.of(
                Map.<String, String>of(),
                Map.of("HOME", ""),
                Map.of("FOOTPLATE_HOME", "relative"),
                Map.of("FOOTPLATE_HOME", "/nul\0"))) {
            assertThatExceptionOfType(HomeLayout.Unusable.class)
                    .isThrownBy(() -> HomeLayout.of(environment))
                    .satisfies(unusable -> assertThat(unusable.problem().mend()).isNotBlank());
        }
    }

    @Test
    void aHomeIsMadeForItsOwnerAlone() throws Exception {
        var home = new HomeLayout(folder.resolve("deep/home"));

        home.make();
        assertThat(mode(home.home())).isEqualTo("rwx------");

        Files.setPosixFilePermissions(home.home(), PosixFilePermissions.fromString("rwxr-xr-x"));
        home.make();
        assertThat(mode(home.home())).isEqualTo("rwx------");
    }

    @Test
    void aFileInTheHomesPlaceIsToldAsSuch() throws IOException {
        Path file = Files.writeString(folder.resolve("home"), "");

        assertThatExceptionOfType(HomeLayout.Unusable.class)
                .isThrownBy(() -> new HomeLayout(file).make())
                .satisfies(unusable -> assertThat(unusable.problem().what()).contains("not a folder"));
    }

    @Test
    void aLongPathHasItsSocketElsewhereAndItWorks() throws Exception {
        Path deep = folder.resolve("long-".repeat(12)).resolve("long-".repeat(12));
        var home = new HomeLayout(deep);
        home.make();
        Path socket = home.controlSocket();

        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThat(socket.toString()).startsWith("/tmp/footplate-");
            assertThat(mode(socket.resolve("..").normalize())).isEqualTo("rwx------");
            server.bind(UnixDomainSocketAddress.of(socket));
            home.checkPrivate();
            assertThat(new HomeLayout(deep.resolve("../" + deep.getFileName())).controlSocket())
                    .isEqualTo(socket);
            assertThat(new HomeLayout(deep.resolve("other")).controlSocket()).isNotEqualTo(socket);
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(socket.resolve("..").normalize());
        }
    }

    @Test
    void aShortPathKeepsItsSocketUpToTheLastByte() {
        String name = "/" + "d".repeat(SocketPath.LONGEST - "/".length() - "/control.sock".length());

        assertThat(new HomeLayout(Path.of(name)).controlSocket()).isEqualTo(Path.of(name, "control.sock"));
        assertThat(new HomeLayout(Path.of(name + "d")).controlSocket().getParent())
                .isNotEqualTo(Path.of(name + "d"));
        String umlauts = "/" + "ü".repeat(50);
        assertThat(umlauts.getBytes(StandardCharsets.UTF_8).length + "/control.sock".length())
                .isGreaterThan(SocketPath.LONGEST);
        assertThat(new HomeLayout(Path.of(umlauts)).controlSocket()).isNotEqualTo(Path.of(umlauts, "control.sock"));
    }

    @Test
    void aSocketFolderThatOthersMayEnterOrThatIsALinkIsNotTrusted() throws Exception {
        Path deep = folder.resolve("open-".repeat(12)).resolve("open-".repeat(12));
        var home = new HomeLayout(deep);
        home.make();
        Path sockets = home.controlSocket().resolve("..").normalize();
        try {
            Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThatExceptionOfType(HomeLayout.Unusable.class).isThrownBy(home::checkPrivate);
            Files.delete(sockets);
            Path elsewhere = Files.createDirectory(
                    folder.resolve("elsewhere"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
            Files.createSymbolicLink(sockets, elsewhere);
            assertThatExceptionOfType(HomeLayout.Unusable.class).isThrownBy(home::checkPrivate);
            assertThatExceptionOfType(HomeLayout.Unusable.class).isThrownBy(home::make);
            assertThat(mode(elsewhere))
                    .as("a link does not have us change what it leads to")
                    .isEqualTo("rwxr-x---");
        } finally {
            Files.deleteIfExists(sockets);
        }
    }

    @Test
    void aHomeOfSomebodyElseIsRefusedEvenWhereItCouldBeUsed() throws Exception {
        // Only root can own, or enter, what is somebody else's.
        assumeTrue(Files.getOwner(folder).getName().equals("root"));
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        Files.setAttribute(theirs, "unix:uid", 65_534);

        assertThatExceptionOfType(HomeLayout.Unusable.class)
                .isThrownBy(() -> new HomeLayout(theirs).make())
                .satisfies(unusable -> assertThat(unusable.problem().what()).contains("belongs to"));
    }

    @Test
    void foregroundRunsAreFoundByTheirSockets() throws Exception {
        var home = new HomeLayout(folder.resolve("home"));
        assertThat(home.foregroundRuns()).isEmpty();
        for (String name : new String[] {"17", "5", "not-a-pid", "9"}) {
            Files.createDirectories(home.runs().resolve(name));
        }
        for (long pid : new long[] {17, 5}) {
            Files.writeString(home.run(pid).controlSocket(), "");
        }

        assertThat(home.foregroundRuns()).containsExactly(home.run(5), home.run(17));
    }

    @Test
    void thePidFileIsReadOrTakenForNone() throws Exception {
        var home = new HomeLayout(folder);
        assertThat(home.writtenPid()).isNull();
        Files.writeString(home.pidFile(), "4711\n");
        assertThat(home.writtenPid()).isEqualTo(4711);
        for (String garbage : new String[] {"", "x", "-3", "99999999999999999999"}) {
            Files.writeString(home.pidFile(), garbage);
            assertThat(home.writtenPid()).isNull();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
