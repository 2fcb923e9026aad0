package footplate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.route.Availability;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent from memory is what is on the disk, and not much older. */
class FileCoherenceTest {
    /** What the cache promises is a second; the rest is for a machine that has other things to do. */
    private static final long OLDEST_NANOS = 1_600_000_000L;

    private static final Duration SOON = Duration.ofMillis(1_600);
    private static final String GET = "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";

    @TempDir
    Path folder;

    private Bench bench() throws Exception {
        var bench = new Bench(Bench.usual().with(Setting.WORKERS, "2"));
        bench.publicDirectory = folder.toString();
        bench.availability = new Availability.FilesOnly();
        bench.publish();
        return bench;
    }

    private void replace(String content) throws Exception {
        Files.writeString(folder.resolve("new"), content);
        Files.move(folder.resolve("new"), folder.resolve("file"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void checkUnderChange(int size) throws Exception {
        replace("0".repeat(size));
        var done = new AtomicBoolean();
        // When the version after this one was there: an answer with this version must not come much later.
        var since = new AtomicLong[10_000];
        for (int i = 0; i < since.length; i++) {
            since[i] = new AtomicLong(Long.MAX_VALUE);
        }
        var writer = Thread.ofPlatform().start(() -> {
            try {
                for (int version = 1; !done.get(); version++) {
                    replace(String.valueOf((char) ('0' + version % 10)).repeat(size + version));
                    since[version - 1].set(System.nanoTime());
                    LockSupport.parkNanos(130_000_000L);
                }
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        });
        long oldest = 0;
        int newest = 0;
        try (var bench = bench();
                var client = bench.client()) {
            long until = System.nanoTime() + 2_000_000_000L;
            while (System.nanoTime() < until) {
                long asked = System.nanoTime();
                var answer = client.send(GET).readAnswer();
                assertThat(answer).startsWith("HTTP/1.1 200 ");
                var body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
                int version = body.length() - size;
                assertThat(body.chars().allMatch(c -> c == '0' + version % 10))
                        .as("one version, and with its own length")
                        .isTrue();
                newest = Math.max(newest, version);
                oldest = Math.max(oldest, asked - since[version].get());
            }
        } finally {
            done.set(true);
            writer.join();
        }
        assertThat(newest).as("changes seen").isGreaterThan(1);
        assertThat(oldest).isLessThan(OLDEST_NANOS);
    }

    @Test
    void aSmallFileThatIsReplacedAllTheTimeIsNeverOldNorMixed() throws Exception {
        checkUnderChange(100);
    }

    @Test
    void aMediumFileThatIsReplacedAllTheTimeIsNeverOldNorMixed() throws Exception {
        checkUnderChange(30_000);
    }

    @Test
    void aLargeFileThatIsReplacedAllTheTimeIsNeverOldNorMixed() throws Exception {
        checkUnderChange(100_000);
    }

    @Test
    void aFileThatIsDeletedIsGoneSoonHoweverBusyItIs() throws Exception {
        replace("here");
        try (var bench = bench();
                var client = bench.client()) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.send(GET).readAnswer()).endsWith("here");
            }
            Files.delete(folder.resolve("file"));
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(SOON)
                    .until(() -> client.send(GET).readAnswer().startsWith("HTTP/1.1 404 "));
        }
    }

    @Test
    void aChangeOfTheSameSizeWithinTheSameTickOfTheClockIsSeen() throws Exception {
        replace("one");
        var modified = FileTime.from(Instant.now());
        Files.setLastModifiedTime(folder.resolve("file"), modified);
        try (var bench = bench();
                var client = bench.client()) {
            assertThat(client.send(GET).readAnswer()).endsWith("one");
            // In place: the inode, the size and the time stay as they were.
            Files.write(folder.resolve("file"), "two".getBytes(StandardCharsets.US_ASCII));
            Files.setLastModifiedTime(folder.resolve("file"), modified);
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(SOON)
                    .until(() -> client.send(GET).readAnswer().endsWith("two"));
        }
    }

    @Test
    void aFolderBehindALinkIsFollowedToItsNewPlace() throws Exception {
        var first = Files.createDirectories(folder.resolve("releases/1"));
        var second = Files.createDirectories(folder.resolve("releases/2"));
        Files.writeString(first.resolve("file"), "first");
        Files.writeString(second.resolve("file"), "second");
        Files.createSymbolicLink(folder.resolve("current"), first);
        try (var bench = bench();
                var client = bench.client()) {
            bench.publicDirectory = folder.resolve("current").toString();
            bench.publish();
            assertThat(client.send(GET).readAnswer()).endsWith("first");
            Files.createSymbolicLink(folder.resolve("next"), second);
            Files.move(folder.resolve("next"), folder.resolve("current"), StandardCopyOption.ATOMIC_MOVE);
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(SOON)
                    .until(() -> client.send(GET).readAnswer().endsWith("second"));
        }
    }
}
