package footplate.proxy.body;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all spools together take of memory and of the disk, and the threads that touch it. Safe for any thread. */
public final class SpoolSpace implements AutoCloseable {
    private static final int TRIES_FOR_A_NAME = 3;

    private final Disk disk;
    private final ExecutorService threads;
    private volatile long mostMemory;
    private volatile long mostDisk;
    private final AtomicLong memoryUsed = new AtomicLong();
    private final AtomicLong diskUsed = new AtomicLong();
    private final AtomicInteger files = new AtomicInteger();

    /** Where files come from. */
    interface Disk {
        /** A new, empty file that nobody else can open, and that is gone when it is closed. */
        FileChannel open() throws IOException;

        /** Those that are opened from now on are in another folder. */
        default void move(Path folder) {}
    }

    /**
     * @param folder for the files; made when it is needed, for its owner only
     * @param mostMemory bytes
     * @param mostDisk bytes
     * @param threads how many files are read or written at once
     */
    public SpoolSpace(Path folder, long mostMemory, long mostDisk, int threads) {
        this(new Place(folder), mostMemory, mostDisk, threads);
    }

    private static final class Place implements Disk {
        private volatile Path folder;

        Place(Path folder) {
            this.folder = folder;
        }

        @Override
        public FileChannel open() throws IOException {
            return openIn(folder);
        }

        @Override
        public void move(Path other) {
            folder = other;
        }
    }

    SpoolSpace(Disk disk, long mostMemory, long mostDisk, int threads) {
        this.disk = disk;
        this.mostMemory = mostMemory;
        this.mostDisk = mostDisk;
        this.threads = Executors.newFixedThreadPool(
                threads,
                Thread.ofPlatform().daemon().name("footplate-spool-", 0).factory());
    }

    /** Unlinked before a byte is in it: whatever becomes of this process, nothing of a body stays behind. */
    private static FileChannel openIn(Path folder) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        for (int tries = 1; ; tries++) {
            var name = "body-"
                    + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
            var path = folder.resolve(name);
            try {
                var file = FileChannel.open(path, options, ownerOnly);
                try {
                    Files.delete(path);
                } catch (IOException stays) {
                    file.close();
                    throw stays;
                }
                return file;
            } catch (NoSuchFileException noFolder) {
                if (tries == TRIES_FOR_A_NAME) {
                    throw noFolder;
                }
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        }
    }

    /** Takes so much at most from now on, in bytes; what is taken already stays until it is given back. */
    public void limit(long memory, long disk) {
        mostMemory = memory;
        mostDisk = disk;
    }

    /** Files are made there from now on; those that are open stay where they are. */
    public void move(Path folder) {
        disk.move(folder);
    }

    FileChannel open() throws IOException {
        var file = disk.open();
        files.incrementAndGet();
        return file;
    }

    /** A failure to close frees the descriptor all the same (close(2)). */
    void close(FileChannel file) {
        files.decrementAndGet();
        try {
            file.close();
        } catch (IOException freedAllTheSame) {
            // Nobody will read what could not be written.
        }
    }

    /** @throws java.util.concurrent.RejectedExecutionException after {@link #close()} */
    void execute(Runnable work) {
        threads.execute(work);
    }

    boolean takeMemory(long bytes) {
        return take(memoryUsed, bytes, mostMemory);
    }

    /**
     * For a body that has {@code own} bytes there already. None gets more than half: whoever sends or takes slowly must not keep all
     * others from it.
     */
    boolean takeDisk(long bytes, long own) {
        return own + bytes <= mostDisk / 2 && take(diskUsed, bytes, mostDisk);
    }

    private static boolean take(AtomicLong used, long bytes, long most) {
        if (used.addAndGet(bytes) <= most) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    /** Counts what is in memory already, whether there is room for it or not. */
    void addMemory(long bytes) {
        memoryUsed.addAndGet(bytes);
    }

    void giveMemory(long bytes) {
        memoryUsed.addAndGet(-bytes);
    }

    void giveDisk(long bytes) {
        diskUsed.addAndGet(-bytes);
    }

    boolean memoryIsFull() {
        return memoryUsed.get() >= mostMemory;
    }

    /** Bytes of bodies in memory. */
    public long memoryUsed() {
        return memoryUsed.get();
    }

    /** Bytes of bodies in files. */
    public long diskUsed() {
        return diskUsed.get();
    }

    /** Files that are open. */
    public int files() {
        return files.get();
    }

    /** Ends its threads when they have done what was asked of them; spools that are still there find the disk unwritable. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
