package footplate.proxy.names;

import footplate.core.discover.Answer;
import footplate.core.discover.Found;
import footplate.core.discover.Question;
import footplate.core.discover.Remembered;
import footplate.core.name.HostName;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Names that requests ask for. What is known is read on any thread; it is asked for, and forgotten, on the loop of names. */
final class Lookups {
    /** Most names with servers that are remembered, and most without: whoever asks for what is not there drives nobody out. */
    private static final int MOST_FOUND = 8_192;

    private static final int MOST_MISSED = 2_048;

    private static final Duration FOREVER = Duration.ofHours(1);

    private final EventLoop events;
    private final Inquiries inquiries;
    private final Map<Question, Known> known = new ConcurrentHashMap<>();
    // On the loop only.
    private final Map<Question, List<Consumer<Answer>>> waiting = new HashMap<>();
    private int found;
    private int missed;

    /** What is remembered, and when it was last of use. */
    private static final class Known {
        final Remembered remembered;
        volatile long usedMillis;
        volatile boolean asking;

        Known(Remembered remembered, long nowMillis) {
            this.remembered = remembered;
            this.usedMillis = nowMillis;
        }

        boolean isFound() {
            return remembered.answer() instanceof Answer.Servers;
        }
    }

    Lookups(EventLoop events, Inquiries inquiries) {
        this.events = events;
        this.inquiries = inquiries;
    }

    void lookup(String text, int port, List<String> resolvers, Consumer<Answer> told) {
        var literal = literal(text, port);
        if (literal != null) {
            told.accept(literal);
            return;
        }
        Question question;
        try {
            question = new Question(new Question.Host(new HostName(text), port), resolvers);
        } catch (IllegalArgumentException noName) {
            told.accept(new Answer.Nobody(false, FOREVER));
            return;
        }
        long now = now();
        var seen = known.get(question);
        var use = seen == null ? Remembered.Use.ASK : seen.remembered.use(now);
        if (seen != null && use != Remembered.Use.ASK) {
            seen.usedMillis = now;
            if (use == Remembered.Use.AT_ONCE_AND_ASK && !seen.asking) {
                seen.asking = true;
                onLoop(() -> ask(question, null), () -> {});
            }
            told.accept(seen.remembered.answer());
            return;
        }
        onLoop(() -> ask(question, told), () -> told.accept(new Answer.Silence("the proxy is ending")));
    }

    private void onLoop(Runnable deed, Runnable over) {
        try {
            events.execute(deed);
        } catch (RejectedExecutionException ended) {
            over.run();
        }
    }

    /** A numeric address is nobody's to tell; neither is localhost (RFC 6761 §6.3). */
    private static @Nullable Answer literal(String text, int port) {
        var name = text.toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return new Answer.Servers(List.of(new Found("127.0.0.1", port, 1, false)), FOREVER);
        }
        boolean bracketed = name.startsWith("[") && name.endsWith("]");
        var bare = bracketed ? name.substring(1, name.length() - 1) : name;
        if (bare.isEmpty() || !(bare.indexOf(':') >= 0 || isDigit(bare.charAt(bare.length() - 1)))) {
            return null;
        }
        try {
            var address = NetUtil.toAddressString(InetAddress.ofLiteral(bare));
            return new Answer.Servers(List.of(new Found(address, port, 1, false)), FOREVER);
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void ask(Question question, @Nullable Consumer<Answer> told) {
        long now = now();
        var seen = known.get(question);
        if (told != null && seen != null && seen.remembered.use(now) == Remembered.Use.AT_ONCE) {
            // Somebody else's question was answered while this one was on its way here.
            told.accept(seen.remembered.answer());
            return;
        }
        var others = waiting.get(question);
        if (others == null) {
            others = new ArrayList<>();
            waiting.put(question, others);
            if (told != null) {
                others.add(told);
            }
            inquiries.ask(question, answer -> answered(question, answer));
        } else if (told != null) {
            others.add(told);
        }
    }

    private void answered(Question question, Answer answer) {
        long now = now();
        var before = known.get(question);
        var after = Remembered.after(before == null ? null : before.remembered, answer, now);
        var those = waiting.remove(question);
        remember(question, before, new Known(after, now));
        if (those != null) {
            those.forEach(told -> told.accept(after.answer()));
        }
    }

    private void remember(Question question, @Nullable Known before, Known next) {
        if (before != null) {
            count(before, -1);
            next.usedMillis = before.usedMillis;
        }
        known.put(question, next);
        count(next, 1);
        if (found > MOST_FOUND) {
            forget(true, MOST_FOUND - MOST_FOUND / 16);
        } else if (missed > MOST_MISSED) {
            forget(false, MOST_MISSED - MOST_MISSED / 16);
        }
    }

    private void count(Known one, int by) {
        if (one.isFound()) {
            found += by;
        } else {
            missed += by;
        }
    }

    /** Forgets those that were of use longest ago, many at once so that it is seldom gone through. */
    private void forget(boolean those, int until) {
        var oldest = new ArrayList<Aged>();
        known.forEach((question, one) -> {
            if (one.isFound() == those) {
                oldest.add(new Aged(one.usedMillis, question, one));
            }
        });
        oldest.sort(Comparator.comparingLong(Aged::usedMillis));
        for (var aged : oldest.subList(0, Math.max(0, oldest.size() - until))) {
            known.remove(aged.question());
            count(aged.known(), -1);
        }
    }

    /** When something was of use, at one moment: other loops use it while this is sorted. */
    private record Aged(long usedMillis, Question question, Known known) {}

    /** Any thread. */
    int remembered() {
        return known.size();
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
