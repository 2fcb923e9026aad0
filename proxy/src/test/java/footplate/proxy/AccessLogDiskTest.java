package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.proxy.access.LogPlaces;
import footplate.testkit.ScriptedUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that takes no more costs lines of the access log, which are counted, and no request. */
@SuppressWarnings("StringConcatToTextBlock") // lines end with CRLF here, and that matters
class AccessLogDiskTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path folder;

    private Path log;

    @BeforeEach
    void name() {
        log = folder.resolve("log");
    }

    private Bench bench(String format, ScriptedUpstream app) throws Exception {
        var bench = new Bench(Bench.usual()
                .with(Setting.WORKERS, "1")
                .with(Setting.ACCESS_LOG, format)
                .withAccessLogs(LogPlaces.files(_ -> log)));
        bench.add(app.address());
        return bench;
    }

    private ScriptedUpstream app() throws IOException {
        return ScriptedUpstream.unix(folder.resolve("app"), ScriptedUpstream.always(OK));
    }

    private static void asks(Bench bench, String path) throws IOException {
        assertThat(bench.ask("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("ok");
    }

    private String text() throws IOException {
        return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
    }

    private List<String> lines(int count) {
        return await().until(
                        this::text, text -> text.endsWith("\n") && text.lines().count() >= count)
                .lines()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"combined", "json"})
    void aFullDiskCostsLinesThatAreCountedAndTheLogGoesOnWhereThereIsRoom(String format) throws Exception {
        Files.createSymbolicLink(log, Path.of("/dev/full"));
        try (var app = app();
                var bench = bench(format, app)) {
            for (int lost = 1; lost <= 5; lost++) {
                asks(bench, "/lost");
                long so = lost;
                await().until(() -> bench.proxy.stats().logLinesDropped() == so);
            }
            Files.delete(log);
            asks(bench, "/kept");
            assertThat(lines(2))
                    .satisfiesExactly(
                            first -> assertThat(first)
                                    .contains(
                                            format.equals("json")
                                                    ? "\"dropped\":5"
                                                    : "footplate: 5 lines of this log were dropped"),
                            second -> assertThat(second).contains("/kept"));
            asks(bench, "/on");
            assertThat(lines(3).getLast()).contains("/on");
            assertThat(bench.proxy.stats().logLinesDropped()).isEqualTo(5);
        }
    }

    @Test
    void aLineThatWasWrittenByHalfIsEndedBeforeTheNextOne() throws Exception {
        Files.writeString(log, "whole\nhal");
        try (var app = app();
                var bench = bench("json", app)) {
            asks(bench, "/next");
            var lines = lines(3);
            assertThat(lines).hasSize(3).startsWith("whole", "hal");
            assertThat(JsonLine.parse(lines.getLast())).containsEntry("target", "/next");
        }
    }
}
