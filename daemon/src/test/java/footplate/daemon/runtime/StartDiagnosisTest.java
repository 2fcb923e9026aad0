package footplate.daemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.core.config.Launch;
import footplate.core.supervise.Exit;
import footplate.core.supervise.Journey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // reading class files it misses that a record component of a nested type is @Nullable
class StartDiagnosisTest {
    private static final Launch NODE = new Launch.Node("/srv/shop/app.js", List.of());
    private static final Launch COMMAND = new Launch.Command("./server");

    @Test
    void anAppThatNeverListensIsToldWhere() {
        assertThat(timedOut(NODE, false, false, List.of()))
                .isEqualTo(
                        "The app did not listen within the start timeout of 1m 30s.|If it is a server, look what it waits for; it has"
                                + " to call listen() on an HTTP server with a port, such as process.env.PORT.");
        assertThat(timedOut(COMMAND, false, false, List.of()))
                .endsWith("it has to listen on 127.0.0.1, on the port in the environment variable PORT.");
    }

    @Test
    void anAppThatListensElsewhereIsToldSo() {
        assertThat(timedOut(NODE, false, false, List.of("127.0.0.1:9000", "[::]:81")))
                .startsWith(
                        "The app did not listen for our requests within 1m 30s; it listens on 127.0.0.1:9000 and [::]:81 by itself.");
    }

    @Test
    void anAppThatListensButIsNotReadyIsToldHowToSayIt() {
        assertThat(timedOut(NODE, true, true, List.of()))
                .startsWith(
                        "The app listens, but did not say that it is ready within 1m 30s.|Call process.send('ready')");
    }

    @Test
    void eachEndHasItsWords() {
        assertThat(ended(new Exit.NeverStarted()))
                .startsWith("The process could not be started: node /srv/shop/app.js.");
        assertThat(ended(new Exit.Signalled(9))).startsWith("The app was killed (SIGKILL) before it was ready.");
        assertThat(ended(new Exit.Signalled(11))).startsWith("The app's process crashed (killed by SIGSEGV)");
        assertThat(ended(new Exit.Signalled(15)))
                .startsWith("The app was ended (killed by SIGTERM) before it was ready.");
        assertThat(ended(new Exit.Unknown())).startsWith("The process ended before it was ready.");
        assertThat(ended(new Exit.Code(1))).startsWith("The app ended before it was ready (exit code 1).");
    }

    @Test
    void whatOtherToolsPrintIsKnownToo() {
        assertThat(ended(
                        new Exit.Code(1),
                        "Error [ERR_REQUIRE_ESM]: require() of ES Module /srv/shop/node_modules/chalk/index.js from /srv/shop/a.js not supported.",
                        "    at Object.<anonymous> (/srv/shop/a.js:4:15)"))
                .startsWith("The app calls require() on an ES module (/srv/shop/a.js:4).");
        assertThat(ended(new Exit.Code(1), "Error: listen EACCES: permission denied 0.0.0.0:80"))
                .startsWith("The app may not use port 80.");
        assertThat(ended(new Exit.Code(1), "Error: EACCES: permission denied, open '/var/log/x'"))
                .startsWith("The app may not use /var/log/x.");
        assertThat(ended(new Exit.Code(1), "OSError: [Errno 98] Address already in use"))
                .startsWith("The app wants an address that is taken.");
        assertThat(ended(new Exit.Code(127), "bash: line 1: gunicorn: command not found"))
                .startsWith("The command 'gunicorn' was not found.");
    }

    @Test
    void theStepsAndTheOutputAreKept() {
        var step = new Journey.Step("started node", Duration.ofMillis(30), Journey.Outcome.DONE);
        var journey = StartDiagnosis.explain(new FailedStart(
                NODE,
                Path.of("/srv/shop"),
                new Exit.Code(0),
                Duration.ofSeconds(90),
                false,
                false,
                List.of(step),
                List.of("x"),
                null,
                List.of(),
                null));
        assertThat(journey.steps()).containsExactly(step);
        assertThat(journey.lastOutput()).containsExactly("x");
    }

    /** Output is anything at all, and an explanation comes soon. */
    @Test
    void noOutputIsTooStrange() {
        var pieces = List.of(
                "Error",
                "EADDRINUSE",
                ":",
                "'",
                "SyntaxError: ",
                "/a.js:1",
                " ",
                "A_B",
                "missing ",
                "EACCES",
                "not found",
                "\n",
                "(",
                "%s",
                "é");
        Seeds.each(300, random -> {
            var lines = new ArrayList<String>();
            for (int i = random.nextInt(60); i > 0; i--) {
                var line = new StringBuilder();
                for (int j = random.nextInt(400); j > 0; j--) {
                    line.append(pieces.get(random.nextInt(pieces.size())));
                }
                lines.add(line.toString());
            }
            var exit = random.nextBoolean() ? new Exit.Code(random.nextInt(256)) : null;
            assertThat(explain(NODE, exit, false, false, lines, List.of())).doesNotStartWith("|");
        });
    }

    private static String timedOut(Launch launch, boolean waitReady, boolean listened, List<String> others) {
        return explain(launch, null, waitReady, listened, List.of(), others);
    }

    private static String ended(Exit exit, String... output) {
        return explain(NODE, exit, false, false, List.of(output), List.of());
    }

    private static String explain(
            Launch launch,
            @Nullable Exit exit,
            boolean waitReady,
            boolean listened,
            List<String> output,
            List<String> others) {
        var journey = StartDiagnosis.explain(new FailedStart(
                launch,
                Path.of("/srv/shop"),
                exit,
                Duration.ofSeconds(90),
                waitReady,
                listened,
                List.of(),
                output,
                null,
                others,
                null));
        return journey.problem() + "|" + journey.cure();
    }
}
