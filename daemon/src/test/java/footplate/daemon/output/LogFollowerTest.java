package footplate.daemon.output;

import static org.assertj.core.api.Assertions.assertThat;

import footplate.core.Seeds;
import footplate.daemon.os.FileSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFollowerTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Test
    void newLinesOfSeveralFilesComeWithTheirNames() throws Exception {
        var other = folder.resolve("other.log");
        append("before\n");
        try (var _ = follow(0, source("web"), new LogFollower.Source("job", other))) {
            append("hel");
            append("lo\n");
            next("web: hello");
            Files.writeString(other, "from job\n");
            next("job: from job");
        }
    }

    @Test
    void theLastLinesComeFirstAndALineUnderWayComesWhole() throws Exception {
        append("one\ntwo\nthr");
        try (var _ = follow(2, source("web"))) {
            next("web: two");
            append("ee\n");
            next("web: three");
        }
    }

    @Test
    void aLineWrittenWhileTheLastOnesAreToldComesOnceAndAfterThem() throws Exception {
        append("one\ntwo\n");
        try (var _ = LogFollower.start(List.of(source("web")), 5, () -> told.add("begun"), (name, line) -> {
            told.add(name + ": " + line);
            if (line.equals("one")) {
                try {
                    append("new\n");
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            }
        })) {
            next("web: one");
            next("web: two");
            next("begun");
            next("web: new");
        }
        assertThat(told).isEmpty();
    }

    @Test
    void itSurvivesTruncationDeletionAndRenaming() throws Exception {
        append("1\n");
        try (var _ = follow(1, source("web"))) {
            next("web: 1");
            Files.writeString(live(), "", StandardOpenOption.TRUNCATE_EXISTING);
            append("2\n");
            // as long as before the cut: only the next line shows that the file had been empty
            append("3\n");
            List<String> afterCut = new ArrayList<>(List.of(take()));
            if (afterCut.getFirst().equals("web: 2")) {
                next("web: 3");
            }
            Files.delete(live());
            append("4\n");
            next("web: 4");
            Files.move(live(), folder.resolve("moved"));
            append("5\n");
            next("web: 5");
        }
    }

    @Test
    void finishTellsWhatIsThereAndTheUnfinishedLine() throws Exception {
        append("x\n");
        var follower = follow(10, source("web"));
        next("web: x");
        append("y\nlast words");
        follower.finish();
        assertThat(told).containsExactly("web: y", "web: last words");
    }

    @Test
    void aRemovedLogIsToldToItsEndAndNoFurther() throws Exception {
        append("");
        try (var follower = follow(0, source("web"))) {
            append("mark\n");
            next("web: mark");
            append("a\n");
            follower.remove(source("web"));
            next("web: a");
            ordersAreCarriedOut(follower);
            append("b\n");
            follower.add(source("again"), 1);
            next("again: b");
            follower.finish();
        }
        assertThat(told).isEmpty();
    }

    @Test
    void afterCloseNothingIsTold() throws Exception {
        append("");
        var follower = follow(0, source("web"));
        follower.close();
        append("late\n");
        assertThat(told).isEmpty();
    }

    @Test
    void aSlowReaderHoldsUpTheFollowerAndLosesNothing() throws Exception {
        append("");
        var follower = LogFollower.start(List.of(source("web")), 1_000, (_, line) -> {
            if (line.startsWith("slow")) {
                LockSupport.parkNanos(1_000_000);
            }
            told.add(line);
        });
        append("slow\n".repeat(100));
        follower.finish();
        assertThat(told).hasSize(100);
    }

    /** Every order of writing, looking and rotating, with the reader up to several rotations behind. */
    @Test
    void acrossRotationsNoLineIsLostOrDoubled() {
        for (var way : List.<HeadRelease>of(new FileSpace()::releaseHead, HeadRelease.NONE)) {
            Seeds.each(25, random -> {
                try {
                    var file = folder.resolve(way.hashCode() + "-" + random.nextLong() + ".log");
                    var rotation = new LogRotation(64 * 1024, 20, way);
                    var seen = new ArrayList<String>();
                    int written = 0;
                    Files.createFile(file);
                    try (var log = new FollowedLog(file, seen::add)) {
                        log.start(0);
                        for (int step = 0; step < 60; step++) {
                            switch (random.nextInt(4)) {
                                case 0, 1 -> {
                                    var text = new StringBuilder();
                                    for (int i = random.nextInt(2_000); i > 0; i--) {
                                        text.append("line ").append(written++).append('\n');
                                    }
                                    int middle = random.nextInt(text.length() + 1);
                                    write(file, text.substring(0, middle));
                                    rotation.rotate(file);
                                    write(file, text.substring(middle));
                                }
                                case 2 -> rotation.rotate(file);
                                default -> log.poll();
                            }
                        }
                        while (log.poll() != FollowedLog.Reading.END) {
                            // until all is read
                        }
                        log.finish();
                    }
                    assertThat(seen)
                            .isEqualTo(IntStream.range(0, written)
                                    .mapToObj(i -> "line " + i)
                                    .toList());
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }

    @Test
    void aMoveLeftByADeadDaemonHoldsReadersUpOnlyForAWhile() throws Exception {
        var seen = new ArrayList<String>();
        append("");
        try (var log = new FollowedLog(live(), seen::add)) {
            log.start(0);
            Files.createFile(LogFiles.moving(live()));
            append("told in the end\n");
            log.poll();
            assertThat(seen).isEmpty();
            for (int i = 0; i < 60; i++) {
                log.poll();
            }
            assertThat(seen).containsExactly("told in the end");
        }
    }

    private LogFollower follow(int lastLines, LogFollower.Source... sources) throws Exception {
        var follower = LogFollower.start(List.of(sources), lastLines, (name, line) -> told.add(name + ": " + line));
        ordersAreCarriedOut(follower);
        return follower;
    }

    /** Orders are carried out one by one, so a log of its own tells when those before it are done. */
    private void ordersAreCarriedOut(LogFollower follower) throws Exception {
        var opened = Files.writeString(folder.resolve("opened.log"), "opened\n");
        var last = new LogFollower.Source("opened", opened);
        follower.add(last, 1);
        var waiting = new ArrayList<String>();
        for (var line = take(); !line.equals("opened: opened"); line = take()) {
            waiting.add(line);
        }
        follower.remove(last);
        told.addAll(waiting);
    }

    private LogFollower.Source source(String name) {
        return new LogFollower.Source(name, live());
    }

    private String take() throws InterruptedException {
        var line = told.poll(10, TimeUnit.SECONDS);
        return line == null ? "(nothing within 10 s)" : line;
    }

    private void next(String expected) throws InterruptedException {
        assertThat(take()).isEqualTo(expected);
    }

    private void append(String text) throws IOException {
        write(live(), text);
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Path live() {
        return folder.resolve("app.out.log");
    }
}
