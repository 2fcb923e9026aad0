package footplate.proxy.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import footplate.core.config.Setting;
import footplate.core.config.Settings;
import footplate.core.http.AcceptEncoding;
import footplate.core.http.Conditions;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDoorTest {
    @TempDir
    Path folder;

    private final EventLoop loop = new DefaultEventLoop();
    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private final List<Throwable> crashes = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final FileUser user = new FileUser() {
        @Override
        public void fileFound(FileQuery query, FileAnswer answer) {
            answer.release();
            told.add(query.path() + " " + answer.status());
        }

        @Override
        public void fileMissing(FileQuery query, Missing why) {
            told.add(query.path() + " " + why);
        }

        @Override
        public void crashed(FileQuery query, Throwable bug) {
            crashes.add(bug);
        }
    };

    private Path root;

    @BeforeEach
    void root() throws Exception {
        root = folder.toRealPath();
    }

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        assertThat(bugs).isEmpty();
    }

    private FileDoor door(String cache) {
        return new FileDoor(Settings.standard().with(Setting.FILE_CACHE, cache), 1, bugs::add);
    }

    private FileQuery query(String path) {
        return query(path, Conditions.NONE);
    }

    private FileQuery query(String path, Conditions conditions) {
        return new FileQuery(
                root.toString(), path, "/" + path, true, false, true, conditions, AcceptEncoding.IDENTITY_ONLY, null);
    }

    private long openBelow() throws Exception {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).startsWith(root);
                        } catch (java.io.IOException closedMeanwhile) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    private void askAll(FileDoor door, int files, String name) {
        for (int i = 0; i < files; i++) {
            int done = told.size();
            assertThat(door.find(query(name + i), loop, user)).isTrue();
            await().pollInterval(java.time.Duration.ofMillis(1)).until(() -> told.size() > done);
        }
        assertThat(told).allMatch(line -> line.endsWith(" 200"));
        told.clear();
    }

    @Test
    void memoryStaysWithinTheSettingHoweverManyFilesAreAskedFor() throws Exception {
        for (int i = 0; i < 60; i++) {
            Files.write(root.resolve("small" + i), new byte[4_000]);
            Files.write(root.resolve("more" + i), new byte[60_000]);
        }
        try (var door = door("256KB")) {
            askAll(door, 60, "small");
            assertThat(door.memory()).isBetween(100_000L, 256 * 1024L);
            askAll(door, 60, "more");
            assertThat(door.memory()).isBetween(100_000L, 256 * 1024L);
        }
    }

    @Test
    void descriptorsStayWithinTheirBoundAndAreClosedAtTheEnd() throws Exception {
        for (int i = 0; i < 300; i++) {
            Files.write(root.resolve("large" + i), new byte[65_537]);
        }
        try (var door = door("8MB")) {
            askAll(door, 300, "large");
            assertThat(door.openFiles()).isEqualTo(256);
            assertThat(openBelow()).isEqualTo(256);
        }
        assertThat(openBelow()).isZero();
    }

    @Test
    void withoutMemoryNothingIsKept() throws Exception {
        Files.write(root.resolve("large0"), new byte[65_537]);
        Files.write(root.resolve("small0"), new byte[6]);
        try (var door = door("0")) {
            askAll(door, 1, "large");
            askAll(door, 1, "small");
            assertThat(door.memory()).isZero();
            assertThat(openBelow()).isZero();
        }
    }

    @Test
    void moreQuestionsThanTheDisksCanTakeAreRefusedAtOnce() throws Exception {
        Files.write(root.resolve("small"), new byte[6]);
        var slow = new CountDownLatch(1);
        try (var door = door("8MB")) {
            door.disk().execute(() -> {
                try {
                    slow.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            });
            int taken = 0;
            while (taken < 5_000 && door.find(query("small"), loop, user)) {
                taken++;
            }
            int all = taken;
            assertThat(taken).isBetween(1_023, 1_025);
            slow.countDown();
            await().until(() -> told.size() == all);
            assertThat(door.find(query("small"), loop, user)).isTrue();
        }
    }

    @Test
    @SuppressWarnings("NullAway") // the mistake is made on purpose
    void aMistakeWhileAFileIsLookedForIsTold() throws Exception {
        Files.write(root.resolve("small"), new byte[6]);
        try (var door = door("8MB")) {
            assertThat(door.find(query("small", null), loop, user)).isTrue();
            await().until(() -> crashes.size() == 1);
            assertThat(told).isEmpty();
            askAll(door, 0, "");
        }
    }

    @Test
    void whatNobodyAsksForAnyMoreIsLetGo() throws Exception {
        Files.write(root.resolve("large0"), new byte[65_537]);
        Files.write(root.resolve("small0"), new byte[6]);
        try (var door = door("8MB")) {
            askAll(door, 1, "large");
            askAll(door, 1, "small");
            assertThat(openBelow()).isEqualTo(1);
            long later = System.nanoTime() + 16_000_000_000L;
            door.tick(later);
            door.tick(later + 16_000_000_000L);
            await().until(() -> door.openFiles() == 0 && door.memory() == 0);
            assertThat(openBelow()).isZero();
        }
    }
}
