package footplate.proxy.names;

import footplate.core.discover.Answer;
import footplate.core.discover.Found;
import footplate.core.discover.Question;
import footplate.proxy.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Servers that are found by name at run time (nginx: {@code resolve}, {@code resolver}). Safe for any thread. Nothing of DNS is
 * loaded, and no socket opened, before the first question.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what runs on the loop tells its own mistakes
public final class Names implements AutoCloseable {
    /** How long one name server is waited for; another, or the same once more, is asked then. */
    private static final long PATIENCE_MILLIS = 2_000;

    private final EventLoop events;
    private final Consumer<Throwable> bugs;
    private final Inquiries inquiries;
    private final Lookups lookups;
    // On the loop only.
    private final Set<Watching> watched = new HashSet<>();
    private volatile boolean closed;

    /** @param bugs is told of mistakes of ours; called on {@code events} */
    public Names(EventLoop events, Transport transport, Consumer<Throwable> bugs) {
        this(events, transport, bugs, PATIENCE_MILLIS);
    }

    Names(EventLoop events, Transport transport, Consumer<Throwable> bugs, long patienceMillis) {
        this.events = events;
        this.bugs = bugs;
        this.inquiries = new Inquiries(events, transport, patienceMillis, bugs);
        this.lookups = new Lookups(events, inquiries);
    }

    /** Something that is asked for again and again until this is closed. */
    public interface Watched extends AutoCloseable {
        /** The servers are asked for no more, and nobody is told of them any more once what is being told is said. */
        @Override
        void close();
    }

    /**
     * Asks now, and again as times to live run out.
     *
     * @param changed the servers, when they are known and each time that they have changed; none if a name server says so for
     *     half a minute. Called on the loop of names: it returns at once
     * @param tell what an operator has to know: about one name at most one message a minute. Called on the same loop
     */
    public Watched watch(Question question, Consumer<List<Found>> changed, Consumer<String> tell) {
        var watching = new Watching(question, events, inquiries, changed, tell, bugs);
        onLoop(() -> {
            if (!closed) {
                watched.add(watching);
                watching.ask();
            }
        });
        return () -> onLoop(() -> {
            watched.remove(watching);
            watching.close();
        });
    }

    /**
     * Looks a name up that a request has brought. What is known is told before this returns, on the caller's thread, for as long as
     * it is to be believed; else it is asked for, once however many want to know, and told on the loop of names.
     *
     * @param name a host name or a numeric address; of no name but those that {@code HostName} takes anybody is asked
     * @param resolvers name servers as in {@link Question}
     * @param told called once; returns at once
     */
    public void lookup(String name, int port, List<String> resolvers, Consumer<Answer> told) {
        lookups.lookup(name, port, resolvers, told);
    }

    /** Names that are remembered for requests. */
    public int remembered() {
        return lookups.remembered();
    }

    /** Questions that wait for a name server, or for their turn. */
    public int underWay() {
        return inquiries.underWay();
    }

    private void onLoop(Runnable deed) {
        try {
            events.execute(() -> {
                try {
                    deed.run();
                } catch (RuntimeException | Error mistake) {
                    bugs.accept(mistake);
                }
            });
        } catch (RejectedExecutionException over) {
            // The loop has ended, and all that this would have changed with it.
        }
    }

    /** Asks no more, and closes its sockets. Not on its loop: it waits, a second at the most. */
    @Override
    public void close() {
        closed = true;
        try {
            events.submit(() -> {
                        watched.forEach(Watching::close);
                        watched.clear();
                        inquiries.close();
                    })
                    .await(1, TimeUnit.SECONDS);
        } catch (RejectedExecutionException over) {
            // The loop has ended, and its sockets with it.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
