package footplate.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import footplate.core.Seeds;
import footplate.core.name.RunId;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AppChannelIT {
    private static final RunId RUN = new RunId(7);
    private static final RunId OTHER = new RunId(8);

    @TempDir
    Path folder;

    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private final RunToken token = RunToken.fresh();
    private final RunToken othersToken = RunToken.fresh();
    private AppChannel channel;

    @BeforeEach
    void open() throws IOException {
        channel = AppChannel.open(folder.resolve("channel"), reports::add);
        channel.admit(token, RUN);
        channel.admit(othersToken, OTHER);
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    @Test
    void everyReportArrivesAsWhatItIs() throws IOException, InterruptedException {
        try (var app = connect()) {
            say(app, "\"event\":\"hello\",\"node\":\"v20.1.0\",\"ppid\":3,\"script\":\"/a/app.js\",\"main\":true");
            say(app, "\"event\":\"listening\",\"address\":\"unix:/s\",\"asked\":3000,\"host\":\"\",\"kind\":\"http\"");
            say(app, "\"event\":\"ready\"");
            say(app, "\"event\":\"message\",\"data\":{\"a\":[1]}");
            say(app, "\"event\":\"stats\",\"lag\":1.5,\"heap\":4000000000");
            say(app, "\"event\":\"also-listening\",\"address\":\"127.0.0.1:9000\"");
            say(
                    app,
                    "\"event\":\"error\",\"name\":\"TypeError\",\"message\":\"m\",\"stack\":\"s\\n\\tat x\",\"code\":\"C\",\"handled\":true");
            say(app, "\"event\":\"something new\"");
            say(app, "\"event\":\"closed\",\"asked\":3000");
            assertThat(next()).isEqualTo(new Report.Hello(RUN, 42, 3, "v20.1.0", "/a/app.js", true));
            assertThat(next()).isEqualTo(new Report.Listening(RUN, 42, 3000, "", "http"));
            assertThat(next()).isEqualTo(new Report.Ready(RUN, 42));
            assertThat(next()).isEqualTo(new Report.Message(RUN, 42, "{\"a\":[1]}"));
            assertThat(next()).isEqualTo(new Report.Stats(RUN, 42, 1.5, 4_000_000_000L));
            assertThat(next()).isEqualTo(new Report.AlsoListening(RUN, 42, "127.0.0.1:9000"));
            assertThat(next()).isEqualTo(new Report.Failed(RUN, 42, "TypeError", "m", "s\n\tat x", "C", true));
            assertThat(next()).isEqualTo(new Report.Closed(RUN, 42, 3000));
        }
    }

    @Test
    void whatAProcessSaidLastIsHeardBeforeItsEndIs() throws IOException, InterruptedException {
        for (int i = 0; i < 200; i++) {
            var run = new RunId(100 + i);
            var its = RunToken.fresh();
            channel.admit(its, run);
            try (var app = connect()) {
                write(app, line(its, "\"event\":\"ready\""));
                write(
                        app,
                        line(
                                its,
                                "\"event\":\"error\",\"name\":\"E\",\"message\":\"m\",\"stack\":\"s\",\"code\":\"C\""));
            }
            channel.hearOut(run, Duration.ofSeconds(30));
            assertThat(reports).hasSize(2 * (i + 1));
            channel.dismiss(run);
        }
        channel.hearOut(OTHER, Duration.ofMillis(1));
    }

    @Test
    void aLineMayComeInPieces() throws IOException, InterruptedException {
        try (var app = connect()) {
            var line = line(token, "\"event\":\"message\",\"data\":\"" + "ü".repeat(20_000) + "\"");
            for (int at = 0; at < line.length; at += 777) {
                app.write(ByteBuffer.wrap(line, at, Math.min(777, line.length - at)));
            }
            say(app, "\"event\":\"ready\"");
            assertThat(((Report.Message) next()).json()).hasSize(20_002);
            assertThat(next()).isInstanceOf(Report.Ready.class);
        }
    }

    @Test
    void controlCharactersDoNotReachATerminal() throws IOException, InterruptedException {
        try (var app = connect()) {
            say(app, "\"event\":\"also-listening\",\"address\":\"\\u001b[2J\\u0007x\\u009by\"");
            assertThat(next()).isEqualTo(new Report.AlsoListening(RUN, 42, "[2Jxy"));
        }
    }

    @Test
    void whoHasNoTokenIsNotHeard() throws IOException {
        for (String line : new String[] {
            "{\"run\":\"" + RunToken.fresh().reveal() + "\",\"pid\":1,\"event\":\"ready\"}\n",
            "{\"run\":\"\",\"pid\":1,\"event\":\"ready\"}\n",
            "{\"run\":\"" + "Z".repeat(32) + "\",\"pid\":1,\"event\":\"ready\"}\n",
            "{\"pid\":1,\"event\":\"ready\"}\n",
            "GET / HTTP/1.1\r\n\r\n",
            "[1]\n",
            "{".repeat(1_000) + "\n",
            "[".repeat(60_000) + "\n",
        }) {
            try (var app = connect()) {
                write(app, line.getBytes(StandardCharsets.UTF_8));
                assertThat(isClosed(app)).as(line).isTrue();
            }
        }
        assertThat(reports).isEmpty();
    }

    @Test
    void oneAppCannotSpeakForAnother() throws IOException, InterruptedException {
        try (var app = connect()) {
            say(app, "\"event\":\"ready\"");
            assertThat(next().run()).isEqualTo(RUN);
            write(app, line(othersToken, "\"event\":\"ready\""));
            assertThat(isClosed(app)).isTrue();
        }
        assertThat(reports).isEmpty();
    }

    @Test
    void anEndlessLineEndsTheConnection() throws IOException {
        try (var app = connect()) {
            var junk = ByteBuffer.wrap(new byte[AppChannel.LONGEST_LINE * 4]);
            boolean refused = false;
            try {
                while (junk.hasRemaining()) {
                    app.write(junk);
                }
            } catch (IOException _) {
                refused = true;
            }
            assertThat(refused || isClosed(app)).isTrue();
        }
    }

    @Test
    void whoSaysNothingIsSentAway() throws IOException {
        try (var app = connect()) {
            assertThat(isClosed(app)).isTrue(); // after five seconds
        }
    }

    @Test
    void aRunHasABoundedNumberOfConnectionsAndOthersKeepTheirs() throws IOException, InterruptedException {
        var open = new ArrayList<SocketChannel>();
        try {
            for (int i = 0; i < AppChannel.MOST_PER_RUN; i++) {
                open.add(connect());
                say(open.getLast(), "\"event\":\"ready\"");
                assertThat(next()).isInstanceOf(Report.Ready.class);
            }
            open.add(connect());
            say(open.getLast(), "\"event\":\"ready\"");
            assertThat(isClosed(open.getLast())).isTrue();
            open.add(connect());
            write(open.getLast(), line(othersToken, "\"event\":\"ready\""));
            assertThat(next().run()).isEqualTo(OTHER);
        } finally {
            for (var app : open) {
                app.close();
            }
        }
    }

    @Test
    void aMessageReachesTheAppsOwnProcessOnly() throws IOException, InterruptedException {
        assertThat(channel.tell(RUN, new JsonPrimitive("shutdown"))).isFalse();
        try (var helper = connect();
                var app = connect()) {
            say(helper, "\"event\":\"hello\",\"main\":false");
            next();
            assertThat(channel.tell(RUN, new JsonPrimitive("shutdown"))).isFalse();
            say(app, "\"event\":\"hello\",\"main\":true");
            next();
            assertThat(channel.tell(RUN, new JsonPrimitive("shutdown"))).isTrue();
            assertThat(readLine(app)).isEqualTo("{\"message\":\"shutdown\"}");
        }
    }

    @Test
    void whetherAnAppWasAskedToLeaveByMessageIsKnown() throws IOException, InterruptedException {
        var time = Duration.ofMillis(200);
        assertThat(channel.shutDown(RUN, time)).describedAs("nobody is there").isFalse();
        try (var app = connect()) {
            say(app, "\"event\":\"hello\",\"main\":true");
            next();
            assertThat(channel.shutDown(RUN, Duration.ofSeconds(10))).isTrue();
            assertThat(readLine(app)).isEqualTo("{\"message\":\"shutdown\"}");

            var large = new JsonPrimitive("x".repeat(100_000));
            for (int i = 0; i < 20; i++) {
                channel.tell(RUN, large);
            }

            assertThat(channel.shutDown(RUN, time))
                    .describedAs("it does not read")
                    .isFalse();
        }
    }

    @Test
    void anAppThatDoesNotReadHoldsUpNobody() throws IOException, InterruptedException {
        try (var app = connect()) {
            say(app, "\"event\":\"hello\",\"main\":true");
            next();
            var large = new JsonPrimitive("x".repeat(100_000));
            for (int i = 0; i < 200; i++) {
                assertThat(channel.tell(RUN, large)).isTrue();
            }
            say(app, "\"event\":\"ready\"");
            assertThat(next()).isInstanceOf(Report.Ready.class);
        }
    }

    @Test
    void aRunThatIsOverIsNotHeardAnyMore() throws IOException, InterruptedException {
        try (var app = connect()) {
            say(app, "\"event\":\"ready\"");
            next();
            channel.dismiss(RUN);
            assertThat(isClosed(app)).isTrue();
        }
        try (var late = connect()) {
            say(late, "\"event\":\"ready\"");
            assertThat(isClosed(late)).isTrue();
        }
        assertThat(reports).isEmpty();
    }

    @Test
    void anotherUserIsTurnedAway() throws IOException {
        var path = folder.resolve("private");
        try (var strict = AppChannel.open(path, user -> user.getName().equals("nobody at all"), reports::add);
                var app = SocketChannel.open(UnixDomainSocketAddress.of(strict.path()))) {
            assertThat(isClosed(app)).isTrue();
        }
    }

    @Test
    void aSocketLeftOverIsReplacedAndRemovedAtTheEnd() throws IOException, InterruptedException {
        var path = folder.resolve("again");
        Files.writeString(path, "left over");
        try (var again = AppChannel.open(path, reports::add)) {
            again.admit(token, RUN);
            assertThat(Files.getPosixFilePermissions(path)).hasSize(2);
            try (var app = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                say(app, "\"event\":\"ready\"");
                assertThat(next()).isInstanceOf(Report.Ready.class);
            }
        }
        assertThat(path).doesNotExist();
    }

    /** Noise of every kind: the channel hears the next app all the same. */
    @Test
    void noiseHarmsNobodyElse() {
        Seeds.each(200, random -> {
            try {
                try (var noisy = connect()) {
                    write(noisy, noise(random));
                } catch (IOException _) {
                    assertThat(channel.path()).exists(); // it was closed while it spoke, as it should be
                }
                reports.clear();
                try (var app = connect()) {
                    write(app, line(othersToken, "\"event\":\"ready\""));
                    Report report;
                    do {
                        report = next();
                    } while (report.run().equals(RUN));
                    assertThat(report).isEqualTo(new Report.Ready(OTHER, 42));
                }
            } catch (IOException | InterruptedException failure) {
                throw new AssertionError(failure);
            }
        });
    }

    private byte[] noise(Random random) {
        var good = line(token, "\"event\":\"stats\",\"lag\":1e308,\"heap\":-1,\"data\":[{}]");
        var bytes = new byte[random.nextInt(1, 5) * good.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = good[i % good.length];
        }
        for (int i = random.nextInt(20); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(channel.path()));
    }

    private void say(SocketChannel app, String fields) throws IOException {
        write(app, line(token, fields));
    }

    private static byte[] line(RunToken token, String fields) {
        return ("{\"run\":\"" + token.reveal() + "\",\"pid\":42," + fields + "}\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(SocketChannel app, byte[] bytes) throws IOException {
        for (var buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
            app.write(buffer);
        }
    }

    private Report next() throws InterruptedException {
        @Nullable Report report = reports.poll(10, TimeUnit.SECONDS);
        assertThat(report).isNotNull();
        return Objects.requireNonNull(report);
    }

    private static boolean isClosed(SocketChannel app) {
        try {
            return app.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException _) {
            return true;
        }
    }

    private static String readLine(SocketChannel app) throws IOException {
        var line = new StringBuilder();
        for (var one = ByteBuffer.allocate(1); app.read(one) > 0; one.clear()) {
            if (one.get(0) == '\n') {
                break;
            }
            line.append((char) one.get(0));
        }
        return line.toString();
    }
}
