package dev.molink.stagenode.speculation;

import dev.molink.stagenode.kvcache.TokenIds;
import java.util.Arrays;

/**
 * Where each n-gram of one to three ids ended last, among ends from a first position on. A hash table with open
 * addressing over all lengths; it holds end positions only and compares ids in the text, so that nothing is mistaken for
 * something else.
 */
final class NgramIndex {

    static final int ABSENT = -1;

    private static final int LENGTH_BITS = 2;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;
    private static final int FIRST_CAPACITY = 64;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final TokenIds ids;
    private final int firstPosition;

    /** {@code end << 2 | length}, or {@link #ABSENT}; the number of slots is a power of two, at most half are taken. */
    private int[] slots = emptySlots(FIRST_CAPACITY);

    private int taken;

    NgramIndex(TokenIds ids, int firstPosition) {
        this.ids = ids;
        this.firstPosition = firstPosition;
    }

    private static int[] emptySlots(int count) {
        int[] slots = new int[count];
        Arrays.fill(slots, ABSENT);
        return slots;
    }

    int firstPosition() {
        return firstPosition;
    }

    int capacity() {
        return slots.length;
    }

    /** Takes the n-grams that end at a position, which is later than all before. */
    void add(int end) {
        for (int length = 1; length <= Math.min(PromptLookup.LONGEST_MATCH, end + 1); length++) {
            if (2 * (taken + 1) > slots.length) {
                grow();
            }
            put(end, length);
        }
    }

    private void put(int end, int length) {
        int slot = slot(end, length);
        if (slots[slot] == ABSENT) {
            taken++;
        }
        slots[slot] = (end << LENGTH_BITS) | length;
    }

    private void grow() {
        int[] old = slots;
        slots = emptySlots(2 * old.length);
        taken = 0;
        for (int entry : old) {
            if (entry != ABSENT) {
                put(entry >> LENGTH_BITS, entry & LENGTH_MASK);
            }
        }
    }

    /** Where the n-gram of that length that ends at {@code end} ended last; {@link #ABSENT} if it is not here. */
    int find(int end, int length) {
        int entry = slots[slot(end, length)];
        return entry == ABSENT ? ABSENT : entry >> LENGTH_BITS;
    }

    /** The slot of an equal n-gram, or the free one where it belongs. */
    private int slot(int end, int length) {
        int mask = slots.length - 1;
        int slot = (int) (hash(end, length) >>> Integer.SIZE) & mask;
        while (slots[slot] != ABSENT && !same(slots[slot], end, length)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private long hash(int end, int length) {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ ids.at(end - i)) * MULTIPLIER;
            hash ^= hash >>> Integer.SIZE;
        }
        return hash * MULTIPLIER;
    }

    private boolean same(int entry, int end, int length) {
        if ((entry & LENGTH_MASK) != length) {
            return false;
        }
        int other = entry >> LENGTH_BITS;
        for (int i = 0; i < length; i++) {
            if (ids.at(other - i) != ids.at(end - i)) {
                return false;
            }
        }
        return true;
    }
}
