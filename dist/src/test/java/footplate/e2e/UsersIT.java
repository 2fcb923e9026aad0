package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** As whom apps run, and what they can reach, where the daemon is root's. */
@Tag("node")
@Timeout(120)
final class UsersIT {
    /** Users of every Debian and Fedora. */
    private static final String OWNER = "daemon";

    private static final String OTHER = "games";

    private static final String WHO = """
            const { execSync } = require('child_process')
            const fs = require('fs')
            const { HOME, USER, LOGNAME, SHELL, SUDO_USER } = process.env
            require('http').createServer((request, response) => {
              response.setHeader('Connection', 'close')
              if (request.url.startsWith('/swap')) {
                fs.unlinkSync(process.env.FOOTPLATE_SOCKET)
                fs.symlinkSync(request.url.slice(6), process.env.FOOTPLATE_SOCKET)
              }
              response.end(JSON.stringify({
                id: execSync('id -un').toString().trim(), groups: execSync('id -Gn').toString().trim(),
                HOME, USER, LOGNAME, SHELL, SUDO_USER,
                socket: process.env.FOOTPLATE_SOCKET,
                status: fs.readFileSync('/proc/self/status', 'utf8').match(/NoNewPrivs:\\t(\\d)/)[1],
              }))
            }).listen(process.env.PORT)
            """;

    private FaultyHome home;

    @BeforeEach
    void make() throws Exception {
        assumeThat(FaultyHome.root())
                .describedAs("LEFT OUT: needs root, to have others")
                .isTrue();
        home = FaultyHome.make();
        home.environment().remove("FOOTPLATE_USER_SWITCHING");
        home.environment().put("SUDO_USER", "me");
    }

    @AfterEach
    void close() throws Exception {
        if (home != null) {
            home.close();
        }
    }

    private Path app(String name, String owner) throws Exception {
        var app = home.app(name, WHO);
        own(owner, app, app.resolve("app.js"));
        return app;
    }

    private static void own(String owner, Path... files) throws Exception {
        for (var file : files) {
            assertThat(FaultyHome.system("chown", "-h", owner, file.toString()).code())
                    .isZero();
        }
    }

    private String ask(String app) throws Exception {
        return Line.get(home.port(app), "/").body();
    }

    private void start(Path app, String... more) throws Exception {
        home.done(Stream.concat(Stream.of("start", app.toString(), "--port", "0", "--max", "1"), Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void anAppRunsAsTheOwnerOfItsStartupFileAndInAnEnvironmentOfHis() throws Exception {
        start(app("shop", OWNER));
        var said = ask("shop");
        assertThat(said)
                .contains("\"id\":\"" + OWNER + "\"", "\"USER\":\"" + OWNER + "\"", "\"LOGNAME\":\"" + OWNER + "\"")
                .contains("\"groups\":\"" + OWNER, "\"status\":\"0\"", "\"SHELL\":\"/")
                .doesNotContain("SUDO_USER", "\"HOME\":\"" + home.folder() + "\"", "root");
        var socket = Path.of(said.replaceFirst(".*\"socket\":\"([^\"]*)\".*", "$1"));
        assertThat(Files.getOwner(socket.resolveSibling("")).getName()).isEqualTo(OWNER);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.resolveSibling(""))))
                .isEqualTo("rwx------");
        var log = home.home().resolve("logs/shop-0.out.log");
        assertThat(Files.getOwner(log).getName()).isEqualTo("root");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-------");

        // A daemon that comes after a killed one has to see processes of others too, and hear them.
        var pids = home.pids("shop");
        home.killDaemon();
        home.done("list");
        assertThat(home.pids("shop")).isEqualTo(pids);
        assertThat(ask("shop")).contains(OWNER);
        FaultyHome.signal("KILL", pids.getFirst());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> home.pids("shop"), now -> !now.isEmpty() && !now.equals(pids));
        assertThat(ask("shop")).contains(OWNER);
    }

    @Test
    void rootsAppsRunAsNobodyAndALinkIsNotFollowedToItsTarget() throws Exception {
        start(app("roots", "root"), "--no-new-privs", "on");
        assertThat(ask("roots")).contains("\"id\":\"nobody\"", "\"status\":\"1\"");

        var target = app("target", OWNER);
        var linked = Files.createDirectory(home.folder().resolve("linked"));
        Files.createSymbolicLink(linked.resolve("app.js"), target.resolve("app.js"));
        start(linked);
        assertThat(ask("linked")).contains("\"id\":\"nobody\"");
        own(OTHER, linked.resolve("app.js"));
        home.done("restart", "linked");
        assertThat(ask("linked")).contains("\"id\":\"" + OTHER + "\"");
    }

    @Test
    void aNamedUserCountsAndRootIsRefused() throws Exception {
        var app = app("shop", OWNER);
        assertThat(home.refused("start", app.toString(), "--port", "0", "--user", "root")
                        .err())
                .contains("user root", "no app is run as root");
        assertThat(home.refused("start", app.toString(), "--port", "0", "--user", "nosuch")
                        .err())
                .contains("user nosuch", "no such user", "useradd");
        start(app, "--user", OTHER, "--group", OWNER);
        assertThat(ask("shop")).contains("\"id\":\"" + OTHER + "\"", "\"groups\":\"" + OWNER);
    }

    @Test
    void aFolderThatItsUserCannotEnterIsNamedBeforeAnythingStarts() throws Exception {
        var app = app("closed/shop", OWNER);
        var closed = app.resolveSibling("");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        var ended = home.refused("start", app.toString(), "--port", "0");
        assertThat(ended.err())
                .contains(closed.toString().replaceFirst("/$", "") + ": this folder", "user " + OWNER, "chmod o+x");
        assertThat(ended.err()).doesNotContain("EACCES");
    }

    @Test
    void anAppCannotHaveItsSocketLeadToAnotherUsers() throws Exception {
        var app = app("shop", OWNER);
        start(app, "--read-timeout", "2s");
        int port = home.port("shop");
        var secret = home.folder().resolve("secret.sock");
        try (var others = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            others.bind(UnixDomainSocketAddress.of(secret));
            assertThat(Line.get(port, "/swap" + secret).status()).isEqualTo(200);
            assertThat(Line.get(port, "/").status()).isEqualTo(502);
            // It was connected to, and found to be root's: nothing was sent there.
            others.configureBlocking(false);
            for (int met = 0; met < 10; met++) {
                try (var proxy = others.accept()) {
                    assertThat(proxy == null ? -1 : proxy.read(ByteBuffer.allocate(100)))
                            .isEqualTo(-1);
                }
            }
        }
        assertThat(Files.exists(secret, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void whoIsNotRootIsToldThatThereIsNobodyElseToBe() throws Exception {
        home.close();
        home = FaultyHome.ofNobody();
        var app = home.app("shop", WHO);
        assertThat(home.refused("start", app.toString(), "--port", "0", "--user", OTHER)
                        .err())
                .contains("user " + OTHER, "only a daemon of root");
        start(app, "--user", "nobody");
        assertThat(ask("shop")).contains("\"id\":\"nobody\"");
    }
}
