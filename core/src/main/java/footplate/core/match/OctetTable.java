package footplate.core.match;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a value by octets, whose hash the caller makes on its way over them, step by step. Built once. The keys are the
 * operator's and what is asked for is a stranger's, so nobody can make the slots collide.
 */
final class OctetTable<V> {
    /** The hash of no octets (FNV-1a, 64 bit). */
    static final long SEED = 0xcbf29ce484222325L;

    private static final long PRIME = 0x100000001b3L;

    private static final class Entry<V> {
        private final byte[] key;
        private final V value;

        private Entry(byte[] key, V value) {
            this.key = key;
            this.value = value;
        }
    }

    /** 0: nothing in this slot. At most half of them are taken. */
    private final long[] hashes;

    private final Entry<V>[] entries;

    /**
     * A table.
     *
     * @param values by octets, each a character
     * @param backward whether hashes are made from the last octet on
     */
    OctetTable(Map<String, V> values, boolean backward) {
        int slots = Integer.highestOneBit(Math.max(1, values.size())) * 4;
        this.hashes = new long[slots];
        this.entries = slots(slots);
        values.forEach((key, value) -> {
            var octets = key.getBytes(StandardCharsets.ISO_8859_1);
            long hash = SEED;
            for (int i = 0; i < octets.length; i++) {
                hash = step(hash, octets[backward ? octets.length - 1 - i : i]);
            }
            int slot = slot(hash);
            while (hashes[slot] != 0) {
                slot = slot + 1 & slots - 1;
            }
            hashes[slot] = marked(hash);
            entries[slot] = new Entry<>(octets, value);
        });
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <V> Entry<V>[] slots(int count) {
        return new Entry[count];
    }

    /** The hash with one octet more. */
    static long step(long hash, byte octet) {
        return (hash ^ octet) * PRIME;
    }

    private static long marked(long hash) {
        return hash == 0 ? 1 : hash;
    }

    private int slot(long hash) {
        return (int) (hash ^ hash >>> 32) & hashes.length - 1;
    }

    /** What {@code bytes[from..to)} stands for; null if for nothing. */
    @Nullable
    V get(long hash, byte[] bytes, int from, int to) {
        long wanted = marked(hash);
        for (int slot = slot(hash); hashes[slot] != 0; slot = slot + 1 & hashes.length - 1) {
            if (hashes[slot] == wanted) {
                var entry = entries[slot];
                if (Arrays.equals(entry.key, 0, entry.key.length, bytes, from, to)) {
                    return entry.value;
                }
            }
        }
        return null;
    }
}
