package footplate.proxy.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;

/** An open file that several answers are sent from at once; closed when the last of them lets go. Safe for any thread. */
public final class OpenFile implements Content {
    private final FileChannel channel;
    private final AtomicInteger holders = new AtomicInteger(1);

    OpenFile(FileChannel channel) {
        this.channel = channel;
    }

    /** To be read at positions; its own position means nothing. */
    public FileChannel channel() {
        return channel;
    }

    @Override
    public boolean hold() {
        while (true) {
            int now = holders.get();
            if (now == 0) {
                return false;
            }
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    @Override
    public void release() {
        if (holders.decrementAndGet() == 0) {
            try {
                channel.close();
            } catch (IOException unread) {
                // Nothing was written to it, so nothing is lost.
                return;
            }
        }
    }
}
