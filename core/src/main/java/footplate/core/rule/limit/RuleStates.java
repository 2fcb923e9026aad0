package footplate.core.rule.limit;

import footplate.core.config.routes.Rate;
import java.util.Map;
import java.util.TreeMap;

/**
 * What limits have counted, by the route they stand at: a new configuration whose route and limit are the same goes on counting. Used by one
 * thread at a time; what it hands out is safe for any.
 */
public final class RuleStates {
    private final KeyedHash hash;
    private final Map<String, Buckets> oldBuckets;
    private final Map<String, Counts> oldCounts;
    private final Map<String, Buckets> buckets = new TreeMap<>();
    private final Map<String, Counts> counts = new TreeMap<>();

    /** The first. */
    public RuleStates(KeyedHash hash) {
        this(hash, Map.of(), Map.of());
    }

    private RuleStates(KeyedHash hash, Map<String, Buckets> oldBuckets, Map<String, Counts> oldCounts) {
        this.hash = hash;
        this.oldBuckets = oldBuckets;
        this.oldCounts = oldCounts;
    }

    /** The one for the next configuration: what that does not ask for is forgotten. */
    public RuleStates next() {
        return new RuleStates(hash, Map.copyOf(buckets), Map.copyOf(counts));
    }

    /** What keys are made with. */
    public KeyedHash hash() {
        return hash;
    }

    /**
     * The buckets of a limit.
     *
     * @param route the route in words
     * @param by what is counted apart
     */
    public Buckets buckets(String route, Rate rate, String by) {
        var name = route + "\n" + by + "\n" + rate.count() + "/" + rate.per();
        return buckets.computeIfAbsent(name, key -> {
            var old = oldBuckets.get(key);
            return old == null ? new Buckets(rate) : old;
        });
    }

    /** The counts of a limit. */
    public Counts counts(String route, String by) {
        return counts.computeIfAbsent(route + "\n" + by, key -> {
            var old = oldCounts.get(key);
            return old == null ? new Counts() : old;
        });
    }
}
