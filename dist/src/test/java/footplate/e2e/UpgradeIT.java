package footplate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.api.client.CallFailed;
import footplate.api.v1.UpgradeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code footplate upgrade}: one daemon follows another, and no client notices. */
@Tag("node")
final class UpgradeIT {
    /** Answers requests; what comes over a WebSocket goes back. Frames of up to 125 bytes, which is all that is sent. */
    private static final String ECHO = """
            const http = require('http'), crypto = require('crypto')
            const server = http.createServer((q, s) => {
              const ms = +new URL(q.url, 'http://x').searchParams.get('ms')
              setTimeout(() => s.end('pid ' + process.pid), ms)
            })
            server.on('upgrade', (q, socket) => {
              const accept = crypto.createHash('sha1')
                .update(q.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
              socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n'
                + 'Sec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n')
              socket.on('data', data => {
                const length = data[1] & 127, mask = data.subarray(2, 6), body = Buffer.from(data.subarray(6, 6 + length))
                for (let i = 0; i < length; i++) body[i] ^= mask[i % 4]
                socket.write(Buffer.concat([Buffer.from([0x81, length]), body]))
              })
              socket.on('end', () => socket.end())
              socket.on('error', () => {})
            })
            server.listen(process.env.PORT)
            """;

    /** After the new process was seen; a whole upgrade takes about half a second, and more on a busy machine. */
    private static final int[] INSTANTS = {100, 350, 650};

    private FaultyHome home;

    @BeforeEach
    void make() throws IOException {
        home = FaultyHome.make();
    }

    @AfterEach
    void close() throws Exception {
        home.close();
    }

    private int start() throws Exception {
        home.done("start", home.app("echo", ECHO).toString(), "--port", "0", "--min", "2", "--max", "2");
        return home.port("echo");
    }

    private UpgradeInfo upgrade() throws Exception {
        return home.client().upgrade(InstalledLauncher.path().toString(), _ -> {});
    }

    @Test
    void threeUpgradesUnderLoadFailNoRequestAndCutNoConnection() throws Exception {
        int port = start();
        var pids = home.pids("echo");
        var daemons = new TreeSet<>(List.of(home.daemon()));
        var sockets = new ArrayList<WebSocket>();
        var idle = new ArrayList<Line>();
        try (var load = Load.on(port, "/")) {
            for (int i = 0; i < 20; i++) {
                sockets.add(new WebSocket(port));
                idle.add(new Line(port));
                assertThat(idle.getLast().ask("GET", "/", "").status()).isEqualTo(200);
            }
            for (int upgrade = 0; upgrade < 3; upgrade++) {
                load.andMore(200);
                home.done("upgrade");
                daemons.add(home.daemon());
                load.andMore(200);
                for (int i = 0; i < sockets.size(); i++) {
                    assertThat(sockets.get(i).echo("upgrade " + upgrade)).isEqualTo("upgrade " + upgrade);
                }
            }
            assertThat(load.failures()).isEmpty();
            assertThat(load.answered()).isGreaterThan(1_000);
        }
        for (var line : idle) {
            var answer = line.ask("GET", "/", "");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.last()).describedAs("the old daemon says goodbye").isTrue();
        }
        assertThat(daemons).describedAs("each daemon another process").hasSize(4);
        assertThat(home.pids("echo")).isEqualTo(pids);

        long serving = home.daemon();
        for (var socket : sockets) {
            socket.close();
        }
        for (var line : idle) {
            line.close();
        }
        for (long daemon : daemons) {
            if (daemon != serving) {
                FaultyHome.awaitGone(daemon);
            }
        }
        assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
        home.assertNoOrphan();
    }

    @Test
    void aProcessThatTheOldDaemonStillUsesIsNotStoppedBeforeItHasAnswered() throws Exception {
        int port = start();
        try (var slow = new Line(port)) {
            slow.send("GET", "/?ms=3000", "");
            Footplate.await(10, () -> requests() == 1);
            upgrade();

            home.done("restart", "echo");

            assertThat(slow.answer().status()).isEqualTo(200);
        }
        Footplate.await(10, () -> pids().size() == 2);
        assertThat(pids()).hasSize(2);
    }

    private SortedSet<Long> pids() {
        try {
            return home.pids("echo");
        } catch (CallFailed failed) {
            throw new AssertionError(failed);
        }
    }

    private int requests() {
        try {
            return home.client().requests(null).requests().size();
        } catch (CallFailed failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void aBuildThatDoesNotComeUpChangesNothing() throws Exception {
        int port = start();
        var pids = home.pids("echo");
        long daemon = home.daemon();
        try (var load = Load.on(port, "/")) {
            var broken = home.refused("upgrade", script("[ $1 = version ] || { echo 'no luck today'; exit 3; }"));
            assertThat(broken.err()).contains("ended before it had come up", "no luck today", "goes on");
            assertThat(home.refused("upgrade", script("exit 3")).err()).contains("does not work");
            assertThat(home.refused("upgrade", "/nowhere").err()).contains("/nowhere", "no program");
            var state = Files.readString(home.layout().stateFile());
            Files.writeString(home.layout().stateFile(), "{}");
            assertThat(home.refused("upgrade").err()).contains("state.json cannot be read");
            Files.writeString(home.layout().stateFile(), state);
            load.andMore(100);
            assertThat(load.failures()).isEmpty();
        }
        assertThat(home.daemon()).isEqualTo(daemon);
        assertThat(home.pids("echo")).isEqualTo(pids);
        home.done("restart", "echo");
        upgrade();
        assertThat(home.daemon()).isNotEqualTo(daemon);
    }

    /** At many instants, some before it serves and some after. */
    @Test
    void aNewDaemonThatIsKilledLeavesTheOldOneOrIsTheOne() throws Exception {
        int port = start();
        var pids = home.pids("echo");
        for (int millis : INSTANTS) {
            killedAfter(millis, port, home.begin("upgrade"));
            assertThat(home.pids("echo")).isEqualTo(pids);
        }
        long old = home.daemon();
        var slow = script("[ $1 = version ] || exec sleep 30; exec " + InstalledLauncher.path() + " version");
        assertThat(killedAfter(0, port, home.begin("upgrade", slow)).code())
                .describedAs("killed before it said hello")
                .isEqualTo(1);
        assertThat(home.daemon()).isEqualTo(old);
        upgrade();
        assertThat(home.pids("echo")).isEqualTo(pids);
    }

    private FaultyHome.Ended killedAfter(int millis, int port, FaultyHome.Begun upgrade) throws Exception {
        long old = home.daemon();
        kill(newDaemon(), millis);
        var ended = upgrade.end();
        assertThat(home.done("list", "--json").out())
                .describedAs("killed after %d ms", millis)
                .contains("\"running\"");
        assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
        assertThat(FaultyHome.runs(home.daemon())).isTrue();
        if (home.daemon() != old) {
            FaultyHome.awaitGone(old);
        }
        home.assertNoOrphan();
        return ended;
    }

    @Test
    void anOldDaemonThatIsKilledLeavesTheNewOneOrNoneAndTheNextCommandHeals() throws Exception {
        int port = start();
        var pids = home.pids("echo");
        for (int millis : INSTANTS) {
            var upgrade = home.begin("upgrade");
            long old = home.daemon();
            newDaemon();
            kill(old, millis);
            upgrade.end();

            assertThat(home.done("list", "--json").out())
                    .describedAs("killed after %d ms", millis)
                    .contains("\"running\"");
            Footplate.await(10, () -> answers(port));
            assertThat(FaultyHome.get(port, "/").status()).isEqualTo(200);
            assertThat(home.pids("echo")).isEqualTo(pids);
            assertThat(home.daemon()).isNotEqualTo(old);
            home.assertNoOrphan();
        }
    }

    private static boolean answers(int port) {
        try {
            return FaultyHome.get(port, "/").status() == 200;
        } catch (IOException refused) {
            return false;
        }
    }

    /** The process that an upgrade has started; 0 if it has ended already. */
    private long newDaemon() throws IOException {
        var found = new TreeSet<Long>();
        var mark = "FOOTPLATE_HANDOVER=" + home.layout().handoverSocket();
        long serving = home.daemon();
        Footplate.await(10, () -> {
            try {
                found.addAll(FaultyHome.withVariable(mark).keySet());
                found.remove(serving);
            } catch (IOException gone) {
                // looked at while it ended
            }
            return !found.isEmpty();
        });
        return found.isEmpty() ? 0 : found.getLast();
    }

    private static void kill(long pid, int afterMillis) throws Exception {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMillis));
        if (pid != 0) {
            FaultyHome.system("kill", "-KILL", Long.toString(pid));
        }
    }

    private String script(String body) throws IOException {
        var file = Files.writeString(home.folder().resolve("footplate"), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }
}
