package footplate.testkit;

import java.util.PriorityQueue;

/** Virtual time: deeds in the order of their moments, and of their entry where those are equal. */
final class Timeline {
    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long now;
    private long order;

    private record Entry(long at, long order, Runnable deed) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /** Milliseconds since the world began. */
    long now() {
        return now;
    }

    void at(long millis, Runnable deed) {
        entries.add(new Entry(Math.max(millis, now), order++, deed));
    }

    void runUntil(long millis) {
        for (var next = entries.peek(); next != null && next.at() <= millis; next = entries.peek()) {
            entries.remove();
            now = next.at();
            next.deed().run();
        }
        now = millis;
    }
}
