package footplate.proxy.names;

import footplate.core.discover.Answer;
import footplate.core.discover.Found;
import footplate.core.discover.Question;
import footplate.core.discover.Watch;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One question that is asked again and again; {@link Watch} says when, and what follows. On the loop of names. */
final class Watching {
    private final Question question;
    private final EventLoop events;
    private final Inquiries inquiries;
    private final Consumer<List<Found>> changed;
    private final Consumer<String> tell;
    private final Consumer<Throwable> bugs;
    private Watch watch;
    private @Nullable Future<?> next;
    private boolean closed;

    Watching(
            Question question,
            EventLoop events,
            Inquiries inquiries,
            Consumer<List<Found>> changed,
            Consumer<String> tell,
            Consumer<Throwable> bugs) {
        this.question = question;
        this.events = events;
        this.inquiries = inquiries;
        this.changed = changed;
        this.tell = tell;
        this.bugs = bugs;
        this.watch = Watch.begin(question.sought().describe());
    }

    void ask() {
        if (!closed) {
            inquiries.ask(question, this::answered);
        }
    }

    private void answered(Answer answer) {
        if (closed) {
            return;
        }
        long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        var step = watch.answered(answer, now, ThreadLocalRandom.current().nextDouble());
        watch = step.watch();
        next = events.schedule(this::ask, step.next().toMillis(), TimeUnit.MILLISECONDS);
        try {
            var message = step.message();
            if (message != null) {
                tell.accept(message);
            }
            var servers = step.servers();
            if (servers != null) {
                changed.accept(servers);
            }
        } catch (RuntimeException | Error mistake) {
            bugs.accept(mistake);
        }
    }

    void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
    }
}
