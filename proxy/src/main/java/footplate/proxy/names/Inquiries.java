package footplate.proxy.names;

import footplate.core.discover.Answer;
import footplate.core.discover.NameServers;
import footplate.core.discover.Question;
import footplate.proxy.transport.Transport;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every question that is under way, so many at once and no more. Files (resolv.conf(5), and what Netty's resolver looks at when it
 * is made) are read on a thread of their own. On the loop of names, where nothing else is said.
 */
final class Inquiries {
    /** Most questions at once; each has two sockets. */
    private static final int MOST_AT_ONCE = 128;

    /** Most that wait for their turn; beyond, the answer is at once that nobody can tell. */
    private static final int MOST_WAITING = 4_096;

    private static final long READ_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_LISTS = 64;
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private final EventLoop events;
    private final Transport transport;
    private final long patienceMillis;
    private final Consumer<Throwable> bugs;
    private final ArrayDeque<Asked> waiting = new ArrayDeque<>();
    private final Map<List<String>, ServerList> lists = new HashMap<>();
    private @Nullable DnsClient client;
    private @Nullable List<String> machine;
    private long machineNanos;
    private boolean reading;
    private boolean closed;
    private int running;
    private volatile int underWay;

    private record Asked(Question question, Consumer<Answer> told) {}

    Inquiries(EventLoop events, Transport transport, long patienceMillis, Consumer<Throwable> bugs) {
        this.events = events;
        this.transport = transport;
        this.patienceMillis = patienceMillis;
        this.bugs = bugs;
    }

    /** @param told called once, perhaps before this returns */
    void ask(Question question, Consumer<Answer> told) {
        if (closed) {
            told.accept(new Answer.Silence("the proxy is ending"));
        } else if (waiting.size() >= MOST_WAITING) {
            told.accept(new Answer.Silence("too many names are being looked up already"));
        } else {
            waiting.add(new Asked(question, told));
            pump();
        }
    }

    private void pump() {
        var asks = client;
        boolean machineKnown = machine != null && System.nanoTime() - machineNanos < READ_EVERY_NANOS;
        while (running < MOST_AT_ONCE && !waiting.isEmpty()) {
            if (asks == null
                    || (!machineKnown && waiting.element().question().servers().isEmpty())) {
                prepare();
                break;
            }
            begin(asks, waiting.remove());
        }
        underWay = running + waiting.size();
    }

    private void begin(DnsClient asks, Asked asked) {
        running++;
        Inquiry.begin(asks, servers(asked.question()), asked.question().sought(), answer -> {
            running--;
            try {
                asked.told().accept(answer);
            } catch (RuntimeException | Error mistake) {
                bugs.accept(mistake);
            }
            if (!closed) {
                // Not from within: a long queue whose questions fail at once would be as deep a stack.
                events.execute(this::pump);
            }
        });
    }

    private ServerList servers(Question question) {
        var texts = question.servers().isEmpty() && machine != null ? machine : question.servers();
        if (lists.size() >= MOST_LISTS && !lists.containsKey(texts)) {
            lists.clear();
        }
        return lists.computeIfAbsent(texts, ServerList::of);
    }

    private void prepare() {
        if (reading) {
            return;
        }
        reading = true;
        var made = client;
        Thread.ofVirtual().name("footplate-names").start(() -> {
            try {
                var ready = made == null ? new DnsClient(events, transport, patienceMillis) : made;
                var servers = NameServers.of(lines());
                events.execute(() -> prepared(ready, servers));
            } catch (RejectedExecutionException over) {
                // The loop has ended, and whoever waited with it.
            } catch (RuntimeException | LinkageError failure) {
                events.execute(() -> failed(failure));
            }
        });
    }

    private void prepared(DnsClient ready, List<String> servers) {
        reading = false;
        client = ready;
        machine = servers;
        machineNanos = System.nanoTime();
        if (closed) {
            ready.close();
        } else {
            pump();
        }
    }

    private void failed(Throwable failure) {
        reading = false;
        bugs.accept(failure);
        refuseAll("name servers cannot be asked: " + failure);
    }

    private void refuseAll(String why) {
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            next.told().accept(new Answer.Silence(why));
        }
        underWay = running;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(RESOLV_CONF);
        } catch (IOException none) {
            return List.of();
        }
    }

    /** Any thread. */
    int underWay() {
        return underWay;
    }

    void close() {
        closed = true;
        refuseAll("the proxy is ending");
        if (client != null) {
            client.close();
        }
    }
}
