package footplate.daemon.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real processes say by sd_notify, and what hostile ones make of it. */
final class NotifySocketIT {
    /** Sends each argument as a message; {@code %N} in front of one sends N descriptors along. */
    private static final String SAY = """
            import array, os, socket, sys
            line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            line.connect(os.environ['NOTIFY_SOCKET'])
            for message in sys.argv[1:]:
                count = 0
                if message.startswith('%'):
                    number, message = message[1:].split(' ', 1)
                    count = int(number)
                rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [2] * count))] if count else []
                line.sendmsg([message.encode().replace(b'|', b'\\n')], rights)
            sys.stdin.read()
            """;

    @TempDir
    Path folder;

    private final BlockingQueue<NotifySocket.Ready> heard = new LinkedBlockingQueue<>();
    private NotifySocket socket;

    @BeforeEach
    void open() throws IOException {
        socket = Objects.requireNonNull(NotifySocket.open(folder.resolve("notify.sock"), heard::add));
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        assertThat(socket.path()).doesNotExist();
    }

    @Test
    void onlyItsOwnUserMayWriteToIt() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path())))
                .isEqualTo("rw-------");
    }

    @Test
    void whoSaysReadyIsKnownByTheKernelsWord() throws Exception {
        var process = say("a-token-of-a-run", "STATUS=warming up", "MAINPID=1|READY=1|STATUS=ready|");

        var ready = heard.poll(20, TimeUnit.SECONDS);

        assertThat(ready).isNotNull();
        assertThat(ready.run()).isEqualTo("a-token-of-a-run");
        assertThat(ProcessHandle.of(ready.pid()).orElseThrow())
                .satisfies(sender -> assertThat(process.pid())
                        .isIn(
                                sender.pid(),
                                sender.parent().map(ProcessHandle::pid).orElse(0L)));
        assertThat(ready.session())
                .isEqualTo(Proc.stat(ready.pid()).orElseThrow().session());
        end(process);
    }

    @Test
    void allElseIsPassedOver() throws Exception {
        var process = say(
                "t",
                "",
                "READY=0",
                "READY=1 ",
                "NOTREADY=1",
                "STOPPING=1",
                "x".repeat(5_000) + "|READY=1",
                "|||READY=1|||STOPPING=1",
                "READY=1");

        assertThat(heard.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isNotNull();
        end(process);
        assertThat(heard).isEmpty();
    }

    @Test
    void descriptorsThatAreSentAlongAreNotKept() throws Exception {
        var first = say("t", "READY=1");
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isNotNull();
        long before = descriptors();

        var process = say("t", "%1 a", "%4 b", "%5 c", "%200 d", "%3 e", "%253 f", "READY=1");

        assertThat(heard.poll(20, TimeUnit.SECONDS)).isNotNull();
        assertThat(descriptors()).isLessThan(before + 10);
        end(process);
        end(first);
    }

    @Test
    void systemdsOwnProgramIsHeardThoughItLeavesAtOnce() throws Exception {
        var program = Path.of("/usr/bin/systemd-notify");
        assumeTrue(Files.isExecutable(program), "no systemd-notify here");
        var builder = new ProcessBuilder(program.toString(), "--ready").inheritIO();
        builder.environment().put("NOTIFY_SOCKET", socket.path().toString());
        builder.environment().put(Marker.RUN, "a-token-of-a-run");

        assertThat(builder.start().waitFor(20, TimeUnit.SECONDS)).isTrue();

        assertThat(heard.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    private Process say(String token, String... messages) throws IOException {
        var command = new ArrayList<>(List.of("python3", "-c", SAY));
        command.addAll(List.of(messages));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("NOTIFY_SOCKET", socket.path().toString());
        builder.environment().put(Marker.RUN, token);
        return builder.start();
    }

    private static void end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private static long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
