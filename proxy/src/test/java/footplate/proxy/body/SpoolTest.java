package footplate.proxy.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import footplate.core.Seeds;
import footplate.proxy.body.Spool.Trouble;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SpoolTest implements SpoolUser {
    private static final int KB = 1024;
    private static final int MB = 1024 * KB;

    @TempDir
    Path folder;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

    /** The loop is the test's own thread. */
    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();

    private @Nullable SpoolSpace space;
    private int moved;
    private int crashes;
    private Throwable expected = new AssertionError("no mistake is expected");

    private SpoolSpace space(long memory, long disk) {
        var made = new SpoolSpace(folder.resolve("deep/bodies"), memory, disk, 2);
        space = made;
        return made;
    }

    @Override
    public void spoolMoved() {
        moved++;
    }

    @Override
    public void crashed(Throwable bug) {
        if (!expected.getClass().isInstance(bug)) {
            throw new AssertionError(bug);
        }
        crashes++;
    }

    @AfterEach
    void nothingIsLeft() {
        var all = space;
        if (all != null) {
            await().until(() -> {
                settleLoop();
                return all.files() == 0 && all.diskUsed() == 0;
            });
            assertThat(all.memoryUsed()).isZero();
            all.close();
        }
        settleLoop();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private void settleLoop() {
        for (var task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    /** Waits for the disk to have done something. */
    private void turn() {
        try {
            var task = loop.poll(10, TimeUnit.SECONDS);
            if (task == null) {
                throw new AssertionError("the disk does nothing");
            }
            task.run();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private ByteBuf bytes(long from, int length) {
        var part = allocator.directBuffer(Math.max(1, length));
        for (int i = 0; i < length; i++) {
            part.writeByte(value(from + i));
        }
        return part;
    }

    private static byte value(long position) {
        return (byte) (position * 31 + (position >> 8) * 7 + (position >> 16));
    }

    /** Reads and checks what is at hand, at most {@code most} parts. */
    private static long drain(Spool spool, long from, int most) {
        long at = from;
        for (int i = 0; i < most; i++) {
            var part = spool.next();
            if (part == null) {
                break;
            }
            while (part.isReadable()) {
                byte is = part.readByte();
                if (is != value(at)) {
                    throw new AssertionError("byte " + at + " is " + is + " instead of " + value(at));
                }
                at++;
            }
            part.release();
        }
        return at;
    }

    private long drainAll(Spool spool, long from) {
        long at = drain(spool, from, Integer.MAX_VALUE);
        while (spool.left() > 0) {
            turn();
            at = drain(spool, at, Integer.MAX_VALUE);
        }
        return at;
    }

    private int open() throws IOException {
        try (var names = Files.list(Path.of("/proc/self/fd"))) {
            return (int) names.count();
        }
    }

    @Test
    void aSmallBodyNeverTouchesTheDisk() {
        var all = space(MB, MB);
        var spool = Spool.passing(all, loop::add, allocator, 128 * KB, this);
        spool.add(bytes(0, 100 * KB));
        spool.add(bytes(100 * KB, 10));
        assertThat(spool.accepts()).isTrue();
        assertThat(all.memoryUsed()).isEqualTo(100 * KB + 10);
        assertThat(drain(spool, 0, 9)).isEqualTo(100 * KB + 10);
        assertThat(spool.left()).isZero();
        assertThat(all.memoryUsed()).isZero();
        assertThat(folder.resolve("deep")).doesNotExist();
        spool.close();
    }

    @Test
    void aLargeBodyGoesToAFileWithoutANameThatOnlyItsOwnerCouldHaveRead() throws Exception {
        var all = space(16L * MB, 16L * MB);
        var spool = Spool.passing(all, loop::add, allocator, 128 * KB, this);
        for (int i = 0; i < 40; i++) {
            spool.add(bytes(i * 50L * KB, 50 * KB));
            while (!spool.accepts()) {
                turn();
            }
        }
        await().until(() -> {
            settleLoop();
            return all.memoryUsed() <= 128 * KB;
        });
        assertThat(all.files()).isEqualTo(1);
        assertThat(all.diskUsed()).isEqualTo(2_000L * KB - all.memoryUsed());
        try (var names = Files.list(folder.resolve("deep/bodies"))) {
            assertThat(names).isEmpty();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("deep/bodies"))))
                .isEqualTo("rwx------");
        assertThat(drainAll(spool, 0)).isEqualTo(2_000L * KB);
        spool.close();
    }

    @Test
    void aFileThatWasReadToItsEndGivesItsPlaceBackAtOnce() {
        var all = space(16L * MB, MB);
        var spool = Spool.passing(all, loop::add, allocator, 64 * KB, this);
        long at = 0;
        // Four times of what the disk takes in all pass through it.
        for (int round = 0; round < 8; round++) {
            long from = spool.length();
            for (int i = 0; i < 8; i++) {
                spool.add(bytes(from + i * 64L * KB, 64 * KB));
                while (!spool.accepts()) {
                    turn();
                }
            }
            at = drainAll(spool, at);
            assertThat(at).isEqualTo((round + 1) * 512L * KB);
            await().until(() -> all.diskUsed() == 0 && all.files() == 0);
        }
        spool.close();
    }

    @Test
    void withNoRoomLeftItAcceptsNoMoreUntilItIsReadAgain() {
        var all = space(64 * KB, 256 * KB);
        var spool = Spool.passing(all, loop::add, allocator, 64 * KB, this);
        long added = 0;
        while (spool.trouble() != Trouble.NO_ROOM) {
            assertThat(added).isLessThan(MB);
            spool.add(bytes(added, 16 * KB));
            added += 16 * KB;
            while (!spool.accepts() && spool.trouble() == null) {
                turn();
            }
        }
        assertThat(spool.accepts()).isFalse();
        assertThat(all.diskUsed()).isLessThanOrEqualTo(256 * KB);
        assertThat(drainAll(spool, 0)).isEqualTo(added);
        assertThat(spool.accepts()).isTrue();
        spool.add(bytes(added, 10));
        assertThat(drain(spool, added, 1)).isEqualTo(added + 10);
        spool.close();
    }

    @Test
    void withNoMemoryLeftInAllTheSmallestBodyGoesToTheDisk() {
        var all = space(10 * KB, MB);
        var one = Spool.passing(all, loop::add, allocator, 64 * KB, this);
        var other = Spool.passing(all, loop::add, allocator, 64 * KB, this);
        one.add(bytes(0, 10 * KB));
        assertThat(other.accepts()).isTrue();
        other.add(bytes(0, 100));
        assertThat(other.accepts()).isFalse();
        turn();
        assertThat(other.accepts()).isTrue();
        assertThat(all.memoryUsed()).isEqualTo(10 * KB);
        assertThat(all.diskUsed()).isEqualTo(100);
        assertThat(drainAll(other, 0)).isEqualTo(100);
        one.close();
        other.close();
    }

    @Test
    void manySmallPartsOfLargeBuffersDoNotKeepThemAlive() {
        var all = space(MB, MB);
        var spool = Spool.passing(all, loop::add, allocator, 128 * KB, this);
        for (int i = 0; i < 1_000; i++) {
            var large = allocator.directBuffer(64 * KB);
            large.writeBytes(bytesArray(i * 10L, 10));
            spool.add(large.readRetainedSlice(10));
            large.release();
        }
        assertThat(allocator.metric().usedDirectMemory()).isLessThan(64L * KB);
        assertThat(drain(spool, 0, Integer.MAX_VALUE)).isEqualTo(10_000);
        spool.close();
    }

    private static byte[] bytesArray(long from, int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = value(from + i);
        }
        return bytes;
    }

    @Test
    void aKeptBodyIsReadFromItsStartAsOftenAsIsWanted() {
        var all = space(MB, 16L * MB);
        for (int length : new int[] {1, 1_000, 64 * KB, 64 * KB + 1, 3 * MB}) {
            var spool = Spool.kept(all, loop::add, allocator, 64 * KB, this);
            for (int at = 0; at < length; at += 10_000) {
                spool.add(bytes(at, Math.min(10_000, length - at)));
                assertThat(spool.next()).isNull();
                while (!spool.accepts()) {
                    turn();
                }
            }
            assertThat(spool.length()).isEqualTo(length);
            for (int time = 0; time < 3; time++) {
                spool.rewind();
                // The first time it is given up in the middle, with a read of the disk under way.
                assertThat(time == 0 ? drain(spool, 0, 8) : drainAll(spool, 0))
                        .isEqualTo(time == 0 ? drained(length) : length);
            }
            spool.close();
        }
    }

    private static long drained(int length) {
        return Math.min(length, 64 * KB / 10_000 * 10_000 + (length <= 64 * KB ? 10_000 : 0));
    }

    @Test
    void anyOrderOfAddingReadingAndDiskWorkGivesTheSameBytes() {
        var all = space(300 * KB, 2L * MB);
        Seeds.each(300, random -> {
            var spool = Spool.passing(all, loop::add, allocator, random.nextInt(128 * KB), this);
            long total = random.nextInt(MB);
            long read = 0;
            while (read < total) {
                switch (random.nextInt(4)) {
                    case 0 -> addSome(spool, total, random);
                    case 1 -> read = drain(spool, read, 1 + random.nextInt(4));
                    case 2 -> {
                        var task = loop.poll();
                        if (task != null) {
                            task.run();
                        }
                    }
                    default -> {
                        boolean stuck = !spool.accepts() || spool.length() == total;
                        if (stuck && (read = drain(spool, read, 1)) < total && !spool.accepts() && spool.left() > 0) {
                            waitABit();
                        }
                    }
                }
            }
            assertThat(read).isEqualTo(total);
            assertThat(spool.trouble()).isNotEqualTo(Trouble.UNREADABLE);
            spool.close();
        });
        assertThat(moved).isPositive();
    }

    private void waitABit() {
        try {
            var task = loop.poll(1, TimeUnit.MILLISECONDS);
            if (task != null) {
                task.run();
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private void addSome(Spool spool, long total, Random random) {
        int parts = random.nextInt(6);
        for (int i = 0; i < parts && spool.accepts() && spool.length() < total; i++) {
            int most = random.nextBoolean() ? 200 : 64 * KB;
            spool.add(bytes(spool.length(), (int) Math.min(1 + random.nextInt(most), total - spool.length())));
        }
    }

    @Test
    void aDiskThatFailsAtAnyMomentLosesNoByteThatIsGivenOut() {
        Seeds.each(80, random -> {
            var writes = new AtomicInteger(random.nextInt(40));
            var reads = new AtomicInteger(random.nextInt(60));
            var all = new SpoolSpace(() -> new FaultyFile(folder, writes, reads), 64 * KB, MB, 2);
            var spool = Spool.passing(all, loop::add, allocator, 32 * KB, this);
            long total = 300 * KB;
            long read = 0;
            while (read < total && spool.trouble() != Trouble.UNREADABLE) {
                addSome(spool, total, random);
                if (random.nextInt(3) == 0) {
                    read = drain(spool, read, 2);
                }
                if (!spool.accepts() || spool.length() == total) {
                    read = drain(spool, read, 1);
                    waitABit();
                }
            }
            if (spool.trouble() == Trouble.UNREADABLE) {
                assertThat(reads.get()).isZero();
                assertThat(spool.accepts()).isFalse();
            } else {
                assertThat(read).isEqualTo(total);
            }
            spool.close();
            all.close();
            settleLoop();
            assertThat(all.files()).isZero();
            assertThat(all.diskUsed()).isZero();
            assertThat(all.memoryUsed()).isZero();
        });
    }

    @Test
    void aFullDiskIsToldAndWhatWasAddedIsStillThere() {
        var reads = new AtomicInteger(Integer.MAX_VALUE);
        var all = new SpoolSpace(() -> new FaultyFile(folder, new AtomicInteger(3), reads), MB, MB, 2);
        space = all;
        var kept = Spool.kept(all, loop::add, allocator, 0, this);
        kept.add(bytes(0, 100 * KB));
        turn();
        assertThat(kept.trouble()).isEqualTo(Trouble.UNWRITABLE);
        assertThat(kept.accepts()).isFalse();
        assertThat(moved).isEqualTo(1);
        kept.close();

        var passing = Spool.passing(all, loop::add, allocator, 0, this);
        passing.add(bytes(0, 100 * KB));
        turn();
        assertThat(passing.trouble()).isEqualTo(Trouble.UNWRITABLE);
        assertThat(passing.accepts()).isFalse();
        assertThat(drain(passing, 0, 9)).isEqualTo(100 * KB);
        assertThat(passing.accepts()).isTrue();
        passing.close();
    }

    @Test
    void aFolderThatCannotBeMadeIsATroubleOfTheDisk() throws Exception {
        Files.writeString(folder.resolve("deep"), "a file where a folder should be");
        var spool = Spool.kept(space(MB, MB), loop::add, allocator, 0, this);
        spool.add(bytes(0, 10));
        turn();
        assertThat(spool.trouble()).isEqualTo(Trouble.UNWRITABLE);
        spool.close();
    }

    @Test
    void afterTheSpaceWasClosedNothingHangsAndNothingIsLeft() {
        var all = space(MB, MB);
        var spool = Spool.passing(all, loop::add, allocator, 10, this);
        spool.add(bytes(0, 100 * KB));
        turn();
        all.close();
        spool.add(bytes(100 * KB, 10));
        turn();
        assertThat(spool.trouble()).isEqualTo(Trouble.UNWRITABLE);
        spool.close();
    }

    @Test
    void anErrorOnTheDisksThreadEndsTheBodyAndNotTheWaitForIt() {
        var all = new SpoolSpace(
                () -> {
                    throw new OutOfMemoryError("for tests");
                },
                MB,
                MB,
                1);
        space = all;
        expected = new OutOfMemoryError();
        var spool = Spool.kept(all, loop::add, allocator, 0, this);
        spool.add(bytes(0, 10));
        turn();
        assertThat(crashes).isEqualTo(1);
        assertThat(spool.trouble()).isEqualTo(Trouble.UNWRITABLE);
        spool.close();
    }

    @Test
    void whatThereIsNoMemoryToCopyIsGivenBack() {
        var all = space(MB, MB);
        var none = new PooledByteBufAllocator(true) {
            @Override
            protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
                throw new OutOfMemoryError("for tests");
            }
        };
        var spool = Spool.passing(all, loop::add, none, MB, this);
        var sparse = allocator.directBuffer(64 * KB).writeBytes(new byte[10]);
        assertThatThrownBy(() -> spool.add(sparse)).isInstanceOf(OutOfMemoryError.class);
        assertThat(sparse.refCnt()).isZero();
        assertThat(all.memoryUsed()).isZero();
        spool.close();
    }

    @Test
    void tenThousandBodiesLeaveNothingBehind() throws Exception {
        var all = space(256 * KB, 64L * MB);
        var pooled = new PooledByteBufAllocator(true);
        int before = open();
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            var spool = random.nextBoolean()
                    ? Spool.passing(all, loop::add, pooled, 4 * KB, this)
                    : Spool.kept(all, loop::add, pooled, 4 * KB, this);
            for (int n = random.nextInt(5); n > 0; n--) {
                spool.add(pooled.directBuffer(4 * KB).writeZero(4 * KB));
            }
            if (random.nextInt(4) == 0) {
                turnIfAny();
            }
            if (i % 3 == 0) {
                var part = spool.next();
                if (part != null) {
                    part.release();
                }
            }
            spool.close();
            if (i % 64 == 0) {
                settleLoop();
            }
        }
        await().until(() -> {
            settleLoop();
            return all.files() == 0 && all.diskUsed() == 0;
        });
        assertThat(all.memoryUsed()).isZero();
        await().untilAsserted(() -> assertThat(open()).isLessThanOrEqualTo(before + 2));
        assertThat(pooled.metric().directArenas().stream()
                        .mapToLong(arena -> arena.numActiveAllocations())
                        .sum())
                .isLessThan(1_000);
    }

    private void turnIfAny() {
        var task = loop.poll();
        if (task != null) {
            task.run();
        }
    }
}
