package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.proxy.access.LogPlaces;
import footplate.proxy.flow.ProxySettings;
import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class AccessLogTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** As programs that analyse logs read combined, and our fields behind it. */
    private static final Pattern COMBINED = Pattern.compile(
            "(\\S+) - - \\[\\d{2}/[A-Z][a-z]{2}/\\d{4}:\\d{2}:\\d{2}:\\d{2} [+-]\\d{4}\\] \"([^\"\\x00-\\x1f\\x7f-\\xff]*)\""
                    + " (\\d+) (\\d+) \"([^\"\\x00-\\x1f\\x7f-\\xff]*)\" \"([^\"\\x00-\\x1f\\x7f-\\xff]*)\""
                    + " id=(\\S+) host=(\\S+) up=(\\S+) queue=(-|\\d+\\.\\d{6}) app=(-|\\d+\\.\\d{6})"
                    + " total=(\\d+\\.\\d{6}) end=(done|cut|gone)");

    @TempDir
    Path folder;

    private Path log() {
        return folder.resolve("shop.access.log");
    }

    private ProxySettings logging(String format) {
        return Bench.usual()
                .with(Setting.WORKERS, "1")
                .with(Setting.ACCESS_LOG, format)
                .withAccessLogs(LogPlaces.files(app -> folder.resolve(app + ".access.log")));
    }

    private List<String> lines() throws IOException {
        // A line that is being written has no end yet.
        var text = Files.exists(log()) ? Files.readString(log(), StandardCharsets.UTF_8) : "";
        var lines = new ArrayList<String>();
        for (int end = text.indexOf('\n'), from = 0; end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
            lines.add(text.substring(from, end));
        }
        return lines;
    }

    private List<String> lines(int count) {
        await().until(() -> lines().size() >= count);
        try {
            return lines();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static ScriptedUpstream app(String answer) throws IOException {
        return ScriptedUpstream.tcp((wire, _, upstream) -> {
            while (true) {
                var request = wire.readRequest();
                if (request.isEmpty()) {
                    return;
                }
                upstream.note(request);
                wire.send(answer);
            }
        });
    }

    @Test
    void combinedIsWrittenAsNginxDoesAndSaysMoreBehindIt() throws Exception {
        try (var app = app(OK);
                var bench = new Bench(logging("combined"))) {
            bench.add(app.address());
            bench.ask("GET /a?b=\"c\" HTTP/1.1\r\nHost: shop.example:8080\r\nReferer: http://x/\"\\\u00e9\r\n"
                    + "User-Agent: curl/8.0\tx\r\nX-Request-Id: abc-1\r\nConnection: close\r\n\r\n");
            assertThat(lines(1).getFirst())
                    .matches(COMBINED)
                    .startsWith("127.0.0.1 - - [")
                    .contains(
                            "] \"GET /a?b=\\x22c\\x22 HTTP/1.1\" 200 2 \"http://x/\\x22\\x5C\\xE9\" \"curl/8.0\\x09x\""
                                    + " id=abc-1 host=shop.example:8080 up=" + app.address() + " queue=0.0")
                    .endsWith(" end=done");
            assertThat(app.next()).contains("X-Request-Id: abc-1\r\n");
            assertThat(Files.getPosixFilePermissions(log())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void jsonHasEveryFieldAndNullForWhatIsNotThere() throws Exception {
        try (var app = app(OK);
                var bench = new Bench(logging("json"))) {
            bench.add(app.address());
            bench.ask("POST /%C3%A4 HTTP/1.0\r\nUser-Agent: \u00c3\u00a4 \u00e4 \"\\\tx\r\nContent-Length: 0\r\n\r\n");
            var line = JsonLine.parse(lines(1).getFirst());
            assertThat(line)
                    .containsEntry("remote", "127.0.0.1")
                    .containsEntry("host", null)
                    .containsEntry("method", "POST")
                    .containsEntry("protocol", "HTTP/1.0")
                    .containsEntry("status", "200")
                    .containsEntry("bytes", "2")
                    .containsEntry("referer", null)
                    .containsEntry("user_agent", "\u00e4 \ufffd \"\\\tx")
                    .containsEntry("upstream", app.address())
                    .containsEntry("tries", "1")
                    .containsEntry("end", "done")
                    .containsKeys("time", "target", "id", "queue", "app", "total");
            assertThat(line.get("time")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d");
            assertThat(line.get("id")).matches("[0-9a-f]{32}");
            assertThat(app.next()).contains("X-Request-Id: " + line.get("id") + "\r\n");
        }
    }

    /** The page for those who read logs names what is in them, in this order, and nothing else. */
    @Test
    void theReferenceNamesWhatIsWritten() throws Exception {
        var page = Files.readString(Path.of("").toAbsolutePath().resolve("../docs/reference/access-log.md"));
        try (var app = app(OK);
                var bench = new Bench(logging("json"))) {
            bench.add(app.address());
            bench.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(named(page, "json"))
                    .containsExactlyElementsOf(
                            JsonLine.parse(lines(1).getFirst()).keySet());
        }
        Files.delete(log());
        try (var app = app(OK);
                var bench = new Bench(logging("combined"))) {
            bench.add(app.address());
            bench.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(named(page, "combined")).containsExactlyElementsOf(namesIn(lines(1).getFirst()));
            var example = page.lines().filter(line -> line.startsWith("203.")).findFirst();
            assertThat(namesIn(example.orElseThrow())).isEqualTo(named(page, "combined"));
        }
    }

    /** The first column of the section's table. */
    private static List<String> named(String page, String section) {
        return Pattern.compile("(?m)^## `?" + section + "`?\\n(?s:.*?)(?=^## )")
                .matcher(page)
                .results()
                .flatMap(text -> Pattern.compile("(?m)^\\| `([a-z_]+)` \\|")
                        .matcher(text.group())
                        .results())
                .map(row -> row.group(1))
                .toList();
    }

    private static List<String> namesIn(String line) {
        return Pattern.compile(" ([a-z]+)=")
                .matcher(line)
                .results()
                .map(name -> name.group(1))
                .toList();
    }

    @Test
    void anIdThatCannotBeBelievedIsReplacedForAppAndLogAlike() throws Exception {
        try (var app = app(OK);
                var bench = new Bench(logging("json"))) {
            bench.add(app.address());
            int count = 0;
            for (var fields : List.of(
                    "X-Request-Id: a b\r\n",
                    "X-Request-Id: one\r\nX-Request-Id: two\r\n",
                    "X-Request-Id: \r\n",
                    "x_request_id: one\r\n",
                    "X-Request-Id: \"}\r\n",
                    "X-Request-Id: " + "x".repeat(129) + "\r\n")) {
                bench.ask("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "Connection: close\r\n\r\n");
                var id = JsonLine.parse(lines(++count).getLast()).get("id");
                assertThat(id).as(fields).matches("[0-9a-f]{32}");
                var heard = app.next().split("(?i)x.request.id: ", -1);
                assertThat(heard).as(fields).hasSize(2);
                assertThat(heard[1]).as(fields).startsWith(id + "\r\n");
            }
        }
    }

    @Test
    void everyEndOfARequestIsOneLine() throws Exception {
        var shown = Files.createDirectory(folder.resolve("public"));
        Files.writeString(shown.resolve("small.txt"), "small");
        Files.write(shown.resolve("large.bin"), new byte[3_000_000]);
        try (var app = ScriptedUpstream.unix(folder.resolve("app"), (wire, _, _) -> {
                    var head = wire.readHead();
                    if (head.contains("/cut")) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    } else if (head.contains("/silent") || head.contains("/slow")) {
                        wire.readAll();
                    } else if (head.contains("/tunnel")) {
                        wire.send(
                                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
                        wire.readAll();
                    } else if (head.contains("/early")) {
                        wire.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
                    } else if (head.contains("/head")) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n");
                    } else if (head.contains("/long")) {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + "x".repeat(2_000_000));
                        wire.readAll();
                    }
                });
                var bench = new Bench(logging("combined").with(Setting.CLIENT_BODY_TIMEOUT, "1s"))) {
            bench.publicDirectory = shown.toString();
            bench.add(app.address());
            var close = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            bench.ask("GET /early" + close);
            expectNext("\"GET /early HTTP/1.1\" 204 0 .* app=0\\.\\d+ .* end=done");
            try (var client = bench.client()) {
                client.send("HEAD /head" + close).readHead();
            }
            expectNext("\"HEAD /head HTTP/1.1\" 200 0 .* end=done");
            bench.ask("GET /small.txt" + close);
            expectNext("\"GET /small.txt HTTP/1.1\" 200 5 .* up=- queue=- app=- .* end=done");
            bench.ask("GET /large.bin" + close);
            expectNext("\"GET /large.bin HTTP/1.1\" 200 3000000 .* end=done");
            try (var client = bench.client()) {
                client.send("GET /cut" + close).readAll();
            }
            expectNext("\"GET /cut HTTP/1.1\" 200 4 .* end=cut");
            bench.ask("GET / HTTP/1.1\r\n\r\n");
            expectNext("\\] \"-\" 400 \\d+ \"-\" \"-\" id=[0-9a-f]{32} host=- up=- .* end=done");
            try (var client = bench.client()) {
                client.send("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n");
                await().until(() -> bench.underWay() == 1);
                client.reset();
            }
            expectNext("\"GET /silent HTTP/1.1\" 499 0 .* end=gone");
            try (var client = bench.client()) {
                client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
                client.readBytes(100);
                client.reset();
            }
            expectNext("\"GET /long HTTP/1.1\" 200 \\d+ .* end=gone");
            try (var client = bench.client()) {
                client.send("GET /tunnel HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                client.readHead();
                client.shutdownOutput();
                client.readAll();
            }
            expectNext("\"GET /tunnel HTTP/1.1\" 101 0 .* end=done");
            try (var client = bench.client()) {
                client.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12")
                        .readHead();
            }
            expectNext("\"POST /slow HTTP/1.1\" 408 \\d+ .* end=done");
            bench.targets.clear();
            bench.availability = new footplate.core.route.Availability.Stopped();
            bench.publish();
            bench.ask("GET /stopped" + close);
            expectNext("\"GET /stopped HTTP/1.1\" 503 \\d+ .* up=- .* end=done");
        }
        // Closing writes the last; and no end was told twice.
        assertThat(lines()).hasSize(told);
    }

    private int told;

    private void expectNext(String pattern) {
        var line = lines(++told).get(told - 1);
        assertThat(line).matches(COMBINED).containsPattern(pattern);
    }

    @Test
    void whateverAClientSendsEachLineCanBeRead() throws Exception {
        for (var format : List.of("combined", "json")) {
            Files.deleteIfExists(log());
            int asked = 300;
            try (var app = app(OK);
                    var bench = new Bench(logging(format));
                    var client = bench.client()) {
                bench.add(app.address());
                for (int seed = 0; seed < asked; seed++) {
                    var random = new Random(seed);
                    client.send(("GET /" + hostile(random, true) + " HTTP/1.1\r\nHost: a\r\nReferer: "
                                    + hostile(random, false)
                                    + "\r\nUser-Agent: " + hostile(random, false) + "\r\nX-Request-Id: "
                                    + hostile(random, false) + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
                    assertThat(client.readAnswer()).startsWith("HTTP/1.1 200");
                }
                for (var line : lines(asked)) {
                    if (format.equals("json")) {
                        assertThat(JsonLine.parse(line)).containsEntry("status", "200");
                    } else {
                        assertThat(line).matches(COMBINED);
                    }
                }
                assertThat(lines()).hasSize(asked);
            }
        }
    }

    /** Any byte that a head may hold: in a target none but visible ones, else tabs and all above 0x7f too. */
    private static String hostile(Random random, boolean target) {
        var text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            char c = (char)
                    switch (random.nextInt(4)) {
                        case 0 -> "\"\\{}[]%'".charAt(random.nextInt(8));
                        case 1 -> target ? 'x' : 0x80 + random.nextInt(0x80);
                        case 2 -> target ? 'y' : '\t';
                        default -> 0x21 + random.nextInt(0x5e);
                    };
            text.append(c);
        }
        // The end of a target; it is never sent (RFC 9112 §3.2).
        return target ? text.toString().replace('#', '-') : text.toString();
    }

    @Test
    void oneInSoManyIsWrittenAndEveryFailure() throws Exception {
        try (var app = ScriptedUpstream.tcp((wire, _, _) -> {
                    while (true) {
                        var request = wire.readRequest();
                        if (request.isEmpty()) {
                            return;
                        }
                        wire.send(request.contains("/bad") ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" : OK);
                    }
                });
                var bench = new Bench(logging("combined").with(Setting.ACCESS_LOG_SAMPLE, "10"));
                var client = bench.client()) {
            bench.add(app.address());
            for (int i = 0; i < 30; i++) {
                client.send("GET /good HTTP/1.1\r\nHost: a\r\n\r\n").readAnswer();
            }
            for (int i = 0; i < 5; i++) {
                client.send("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n").readAnswer();
            }
            assertThat(lines(8)).filteredOn(line -> line.contains("/good")).hasSize(3);
            assertThat(lines()).filteredOn(line -> line.contains("/bad")).hasSize(5);
        }
    }

    @Test
    void whatIsRenamedIsMadeAgainAndWhatIsTruncatedIsWrittenOn() throws Exception {
        try (var app = app(OK);
                var bench = new Bench(logging("combined"))) {
            bench.add(app.address());
            var ask = "GET /%d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            bench.ask(ask.formatted(1));
            lines(1);
            var kept = folder.resolve("kept");
            Files.move(log(), kept);
            // A second later at the latest it is noticed; what comes meanwhile goes to the old file.
            await().until(() -> {
                bench.ask(ask.formatted(2));
                return Files.exists(log());
            });
            assertThat(Files.readString(kept)).contains("GET /1 ");
            lines(1);
            try (var file = java.nio.channels.FileChannel.open(log(), StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
            bench.ask(ask.formatted(3));
            // Nothing but the line: a writer with a place of its own in the file would leave a hole before it.
            await().until(() -> lines().stream().anyMatch(line -> line.contains("GET /3 ")));
            assertThat(lines()).allMatch(line -> line.startsWith("127.0.0.1 "));
        }
    }

    @Test
    void aLogThatTakesNothingCostsLinesAndNothingElse() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", log().toString()).start().waitFor())
                .isZero();
        int asked = 3_000;
        try (var app = app(OK);
                var bench = new Bench(logging("combined"))) {
            bench.add(app.address());
            try (var client = bench.client()) {
                // Nobody reads the FIFO, so opening it blocks; about a thousand lines find room.
                for (int i = 0; i < asked; i++) {
                    client.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n").readAnswer();
                }
            }
            long dropped = bench.proxy.stats().logLinesDropped();
            assertThat(dropped).isBetween(1_000L, asked - 500L);
            var told = Pattern.compile("\"footplate: (\\d+) lines of this log were dropped\"");
            try (var reader = Files.newBufferedReader(log(), StandardCharsets.ISO_8859_1)) {
                long missing = 0;
                long seen = 0;
                while (missing + seen < asked) {
                    var line = reader.readLine();
                    var matcher = told.matcher(line);
                    if (matcher.find()) {
                        missing += Long.parseLong(matcher.group(1));
                    } else {
                        assertThat(line).matches(COMBINED);
                        seen++;
                    }
                }
                assertThat(missing).isEqualTo(dropped);
            }
        }
    }

    @Test
    void thousandsOfLinesTakeNoMemory() throws Exception {
        long off = allocatedPerRequest("off");
        long on = allocatedPerRequest("json");
        assertThat(lines(2_000)).hasSize(2_000);
        assertThat(on - off).as("bytes per request").isLessThan(64);
    }

    /** The least of several rounds: what the compiler has yet to leave out comes and goes, what a line takes is taken in each. */
    private long allocatedPerRequest(String format) throws Exception {
        var others = loops();
        try (var app = app(OK);
                var bench = new Bench(logging(format))) {
            bench.add(app.address());
            try (var client = bench.client()) {
                ask(client, app, 500);
                var own = new HashSet<>(loops());
                own.removeAll(others);
                assertThat(own).hasSize(1);
                long loop = own.iterator().next().threadId();
                var threads =
                        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
                long least = Long.MAX_VALUE;
                for (int round = 0; round < 5; round++) {
                    long before = threads.getThreadAllocatedBytes(loop);
                    ask(client, app, 300);
                    least = Math.min(least, (threads.getThreadAllocatedBytes(loop) - before) / 300);
                }
                assertThat(bench.proxy.stats().logLinesDropped()).isZero();
                return least;
            }
        }
    }

    private static Set<Thread> loops() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("footplate-loop"))
                .collect(Collectors.toSet());
    }

    private static void ask(footplate.testkit.Wire client, ScriptedUpstream app, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            client.send("GET /some/path?with=query HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: curl/8.0\r\n\r\n")
                    .readAnswer();
            app.next();
        }
    }

    @Test
    void whatIsNotOnDiskYetIsWrittenAtTheEnd() throws Exception {
        try (var app = app(OK);
                var bench = new Bench(logging("json"))) {
            bench.add(app.address());
            for (int i = 0; i < 5; i++) {
                bench.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            }
            bench.proxy.close(Duration.ZERO);
            assertThat(lines()).hasSize(5);
        }
    }

    @Test
    void withoutALogTheAppHearsNoIdAndNothingIsWritten() throws Exception {
        try (var app = app(OK);
                var bench = new Bench(logging("off"))) {
            bench.add(app.address());
            bench.ask("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: a b\r\nConnection: close\r\n\r\n");
            assertThat(app.next()).contains("X-Request-Id: a b\r\n");
            await().during(200, TimeUnit.MILLISECONDS).until(() -> !Files.exists(log()));
        }
    }
}
