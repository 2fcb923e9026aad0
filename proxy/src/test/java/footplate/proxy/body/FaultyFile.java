package footplate.proxy.body;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/** A real file that reads and writes a little at a time, and fails when it is told to. */
final class FaultyFile extends FileChannel {
    private final FileChannel file;
    private final AtomicInteger goodWrites;
    private final AtomicInteger goodReads;

    /**
     * @param goodWrites how many writes succeed before all fail
     * @param goodReads the same for reads
     */
    FaultyFile(Path folder, AtomicInteger goodWrites, AtomicInteger goodReads) throws IOException {
        this.goodWrites = goodWrites;
        this.goodReads = goodReads;
        var path = Files.createTempFile(folder, "faulty", "");
        this.file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    private static void count(AtomicInteger left, String what) throws IOException {
        if (left.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
            throw new IOException(what);
        }
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        count(goodReads, "Input/output error");
        int most = Math.min(into.remaining(), 5_000);
        var part = into.slice(into.position(), most);
        int read = file.read(part, position);
        into.position(into.position() + Math.max(0, read));
        return read;
    }

    @Override
    public long write(ByteBuffer[] parts, int offset, int length) throws IOException {
        count(goodWrites, "No space left on device");
        var part = parts[offset];
        int most = Math.min(part.remaining(), 7_000);
        int written = file.write(part.slice(part.position(), most));
        part.position(part.position() + written);
        return written;
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        file.position(newPosition);
        return this;
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }

    @Override
    public int read(ByteBuffer into) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long size() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metaData) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
