package dev.molink.gateway.tokenizer;

import java.util.Arrays;

/**
 * Which two neighbouring symbols merge into which token, and how early: an open-addressing hash table without boxing,
 * because each symbol of each prompt asks it twice. Filled at load, read by any number of threads.
 */
final class MergeTable {

    /** No merge; every other answer of {@link #find} is positive or zero. */
    static final long NONE = -1;

    private static final long EMPTY = -1;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private long[] keys = new long[1024];
    private long[] merges = new long[1024];
    private int count;

    MergeTable() {
        Arrays.fill(keys, EMPTY);
    }

    /** Lets {@code left} and {@code right} merge into {@code merged}; the first rank given for a pair stays. */
    void put(int left, int right, int rank, int merged) {
        if (2 * count >= keys.length) {
            grow();
        }
        int slot = slot(key(left, right));
        if (keys[slot] == EMPTY) {
            keys[slot] = key(left, right);
            merges[slot] = ((long) rank << Integer.SIZE) | merged;
            count++;
        }
    }

    /** Rank in the upper and merged token in the lower 32 bits, or {@link #NONE}. */
    long find(int left, int right) {
        int slot = slot(key(left, right));
        return keys[slot] == EMPTY ? NONE : merges[slot];
    }

    static int rank(long merge) {
        return (int) (merge >>> Integer.SIZE);
    }

    static int merged(long merge) {
        return (int) merge;
    }

    private static long key(int left, int right) {
        return ((long) left << Integer.SIZE) | Integer.toUnsignedLong(right);
    }

    /** The slot of {@code key}, or the empty one where it belongs. */
    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) ((key * GOLDEN_RATIO) >>> Integer.SIZE) & mask;
        while (keys[slot] != EMPTY && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldMerges = merges;
        keys = new long[2 * oldKeys.length];
        merges = new long[2 * oldKeys.length];
        Arrays.fill(keys, EMPTY);
        for (int old = 0; old < oldKeys.length; old++) {
            if (oldKeys[old] != EMPTY) {
                int slot = slot(oldKeys[old]);
                keys[slot] = oldKeys[old];
                merges[slot] = oldMerges[old];
            }
        }
    }
}
