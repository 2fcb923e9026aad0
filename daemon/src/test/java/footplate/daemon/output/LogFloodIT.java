package footplate.daemon.output;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.daemon.os.FileSpace;
import footplate.daemon.os.Processes;
import footplate.daemon.os.SpawnRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An app that prints 100 MB as fast as it can must not fill the disk. */
class LogFloodIT {
    private static final int LINES = 12_000_000; // 104 MB of seq(1)
    private static final long MEGABYTE = 1024 * 1024;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void nothingIsLostWhileTheHeadIsTakenOutUnderTheWriter() throws Exception {
        var failures = new ConcurrentLinkedQueue<IOException>();
        try (var watch = new LogSizeWatch(
                new LogRotation(4 * MEGABYTE, 100, new FileSpace()::releaseHead),
                (_, failure) -> failures.add(failure))) {
            watch.add(live());
            print();
        }
        assertThat(failures).isEmpty();
        assertThat(LogFiles.parts(live())).hasSizeGreaterThan(3);
        assertThat(numbersFrom(1)).isEqualTo(LINES);
    }

    @Test
    void whatIsKeptIsBoundedAndIsTheEnd() throws Exception {
        var rotation = new LogRotation(2 * MEGABYTE, 3, new FileSpace()::releaseHead);
        long most = 0;
        try (var watch = new LogSizeWatch(rotation, (_, failure) -> {
            throw new UncheckedIOException(failure);
        })) {
            watch.add(live());
            var printer = Thread.startVirtualThread(() -> {
                try {
                    print();
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            });
            while (printer.isAlive()) {
                most = Math.max(most, onDisk());
            }
        }
        while (rotation.rotate(live())) {
            // what was printed since the watch's last look
        }
        System.out.printf("of 104 MB printed at once, at most %d MB were on disk%n", most / MEGABYTE);
        assertThat(most).isLessThan(60 * MEGABYTE);
        assertThat(onDisk()).isLessThanOrEqualTo(2 * MEGABYTE * 4);
        assertThat(firstWholeNumber()).isGreaterThan(LINES / 2);
        assertThat(numbersFrom(firstWholeNumber())).isEqualTo(LINES);
    }

    @Test
    void aFollowerSeesEveryLineOfAFlood() throws Exception {
        Files.createFile(live());
        var wrong = new ArrayList<String>();
        var next = new AtomicLong(1);
        var begun = new CountDownLatch(1);
        try (var watch =
                new LogSizeWatch(new LogRotation(4 * MEGABYTE, 100, new FileSpace()::releaseHead), (_, _) -> {})) {
            watch.add(live());
            try (var follower = LogFollower.start(
                    List.of(new LogFollower.Source("app", live())), 0, begun::countDown, (_, line) -> {
                        if (!line.equals(Long.toString(next.getAndIncrement())) && wrong.size() < 5) {
                            wrong.add(line + " instead of " + (next.get() - 1));
                        }
                    })) {
                // It follows from where the log ends when it looks first.
                begun.await();
                print();
                follower.finish();
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(next.get()).isEqualTo(LINES + 1);
    }

    /** In 60 bursts, so that it takes longer than the pause between two looks at the file. */
    private void print() throws Exception {
        var script = "i=0; while [ $i -lt %d ]; do seq $((i + 1)) $((i + %d)); i=$((i + %d)); sleep 0.02; done"
                .formatted(LINES, LINES / 60, LINES / 60);
        try (var processes = Processes.forThisMachine()) {
            var exit = processes
                    .spawn(new SpawnRequest(
                            List.of("/bin/sh", "-c", script),
                            folder,
                            Map.of("PATH", "/usr/bin:/bin"),
                            live(),
                            folder.resolve("err.log"),
                            0))
                    .exit()
                    .get();
            assertThat(exit.describe()).isEqualTo("exit code 0");
        }
    }

    /** Reads parts and live file as one stream of numbers, each one above the last; the last of them. */
    private long numbersFrom(long first) throws IOException {
        var expected = new AtomicLong(first);
        var assembler = new LineAssembler();
        var skipping = new boolean[] {true};
        for (var file : files()) {
            var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            assembler.add(bytes, line -> {
                if (skipping[0] && !line.equals(Long.toString(first))) {
                    return;
                }
                skipping[0] = false;
                assertThat(line).isEqualTo(Long.toString(expected.getAndIncrement()));
            });
        }
        return expected.get() - 1;
    }

    private long firstWholeNumber() throws IOException {
        try (var lines = Files.lines(files().getFirst())) {
            return Long.parseLong(lines.skip(1).findFirst().orElseThrow());
        }
    }

    private List<Path> files() {
        var files = new ArrayList<>(LogFiles.parts(live()));
        files.add(live());
        return files;
    }

    private long onDisk() throws IOException {
        long sum = 0;
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                try {
                    sum += Files.size(file);
                } catch (NoSuchFileException renamed) {
                    // between the listing and the look
                }
            }
        }
        return sum;
    }

    private Path live() {
        return folder.resolve("app.out.log");
    }
}
