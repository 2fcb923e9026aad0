package footplate.daemon.upgrade;

import footplate.api.json.Malformed;
import footplate.api.v1.Lines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lines of text between two daemons of one home, one of which follows the other. Safe for any thread; sending never waits. */
final class Link implements AutoCloseable {
    private static final int LONGEST_LINE = 64 * 1024;

    /** What ends each of the two queues. */
    private static final String END = "\n";

    private final SocketChannel channel;
    private final LinkedBlockingQueue<String> incoming = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> outgoing = new LinkedBlockingQueue<>();

    Link(SocketChannel channel) {
        this.channel = channel;
        Thread.ofVirtual().name("link-reads").start(this::read);
        Thread.ofVirtual().name("link-writes").start(this::write);
    }

    private void read() {
        try {
            var lines = new Lines(channel, LONGEST_LINE);
            for (var line = lines.next(); line != null; line = lines.next()) {
                incoming.add(line);
            }
        } catch (IOException | Malformed broken) {
            // as good as its end
        } finally {
            incoming.add(END);
            outgoing.add(END);
        }
    }

    private void write() {
        try {
            for (var line = outgoing.take(); !line.equals(END); line = outgoing.take()) {
                var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (IOException broken) {
            // the reader hears of it
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /** Sends a line soon. */
    void send(String line) {
        outgoing.add(line);
    }

    /** The next line; null at the end of the link. */
    @Nullable
    String next() throws InterruptedException {
        return lineOf(incoming.take());
    }

    /**
     * The next line; null at the end of the link.
     *
     * @throws IOException if none comes in time
     */
    @Nullable
    String next(Duration longest) throws IOException, InterruptedException {
        var line = incoming.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null) {
            throw new IOException("nothing was heard for " + longest.toSeconds() + " s");
        }
        return lineOf(line);
    }

    private @Nullable String lineOf(String line) {
        if (line.equals(END)) {
            incoming.add(END);
            return null;
        }
        return line;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException gone) {
            // it is closed either way
        }
    }
}
