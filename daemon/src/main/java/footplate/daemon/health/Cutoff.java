package footplate.daemon.health;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Closes a connection when its time is over: a read or write of it that is under way fails then. */
final class Cutoff implements AutoCloseable {
    private final Thread thread;
    private volatile boolean passed;

    Cutoff(SocketChannel channel, Duration time) {
        thread = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(time);
                passed = true;
                channel.close();
            } catch (InterruptedException notNeeded) {
                Thread.currentThread().interrupt();
            } catch (IOException _) {
                // close(2) on a socket gives the descriptor back whatever it answers
            }
        });
    }

    boolean passed() {
        return passed;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
