package footplate.daemon.observe;

import footplate.core.happen.Happening;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one stream of what happens. Told on the Keeper's thread; each listener reads at its own speed. */
public final class HappeningStream {
    private static final int BACKLOG = 4_096;

    /** When something happened, and what. */
    public record Told(Instant at, Happening happening) {}

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final List<Consumer<Told>> views = new CopyOnWriteArrayList<>();

    /** Adds a view that is called on the Keeper's thread: it must return at once. */
    public void view(Consumer<Told> view) {
        views.add(view);
    }

    /** What happens from now on, until the subscription is closed. */
    public Subscription subscribe() {
        var subscription = new Subscription(this);
        subscriptions.add(subscription);
        return subscription;
    }

    /** Tells everybody. */
    public void tell(Told told) {
        for (var view : views) {
            view.accept(told);
        }
        for (var subscription : subscriptions) {
            subscription.offer(told);
        }
    }

    /** One reader of the stream. A reader that falls behind by 4,096 happenings loses the newer ones, and is told so. */
    public static final class Subscription implements AutoCloseable {
        private final HappeningStream stream;
        private final BlockingQueue<Told> queue = new ArrayBlockingQueue<>(BACKLOG);
        private volatile boolean lost;

        private Subscription(HappeningStream stream) {
            this.stream = stream;
        }

        private void offer(Told told) {
            if (!queue.offer(told)) {
                lost = true;
            }
        }

        /** The next happening; null if none came in time. */
        public @Nullable Told next(long millis) throws InterruptedException {
            return queue.poll(millis, TimeUnit.MILLISECONDS);
        }

        /** Whether something was lost because this reader was too slow. */
        public boolean hasLost() {
            return lost;
        }

        @Override
        public void close() {
            stream.subscriptions.remove(this);
        }
    }
}
