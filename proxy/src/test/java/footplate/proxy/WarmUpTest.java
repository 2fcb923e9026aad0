package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.config.Setting;
import footplate.proxy.access.LogPlaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private long entries() throws Exception {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    @Test
    void itLeavesNoTraceInCountersLogsOrFolders() throws Exception {
        var log = Files.createTempDirectory("log").resolve("log");
        try (var bench = new Bench(
                Bench.usual().with(Setting.ACCESS_LOG, "combined").withAccessLogs(LogPlaces.files(_ -> log)))) {
            int answered = bench.proxy.warmUp(folder, LONG).get(20, TimeUnit.SECONDS);
            assertThat(answered).isEqualTo(64);
            assertThat(entries()).isZero();
            assertThat(bench.proxy.stats().requests()).isZero();
            assertThat(bench.proxy.stats().accepted()).isZero();
            assertThat(bench.proxy.underWay()).isEmpty();
            assertThat(log).doesNotExist();
        }
    }

    @Test
    void whereItCannotBeDoneItIsLeftOut() throws Exception {
        try (var bench = new Bench()) {
            var tooLong = folder.resolve("x".repeat(120));
            assertThat(bench.proxy.warmUp(tooLong, LONG).get(20, TimeUnit.SECONDS))
                    .isZero();
            var file = Files.writeString(folder.resolve("file"), "no folder");
            assertThat(bench.proxy.warmUp(file, LONG).get(20, TimeUnit.SECONDS)).isZero();
            assertThat(bench.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 404");
        }
    }
}
