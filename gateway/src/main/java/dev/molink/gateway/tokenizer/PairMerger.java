package dev.molink.gateway.tokenizer;

import java.util.Arrays;

/**
 * Byte-pair encoding of one word after another: merges the neighbours of lowest rank, the leftmost of equal ones, until no
 * two neighbours merge. O(n log n) in the symbols of a word, which matters for words of a megabyte. Belongs to one call.
 *
 * <p>Candidates wait in a binary heap as rank and left position. A candidate is stale when its position is gone or its
 * pair changed; that is seen by asking the table again.
 */
final class PairMerger {

    private static final int GONE = -1;

    private final MergeTable table;

    private int[] symbols = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];
    private int count;
    private long[] heap = new long[64];
    private int heapCount;

    PairMerger(MergeTable table) {
        this.table = table;
    }

    void add(int symbol) {
        if (count == symbols.length) {
            symbols = Arrays.copyOf(symbols, 2 * count);
            previous = Arrays.copyOf(previous, 2 * count);
            next = Arrays.copyOf(next, 2 * count);
        }
        symbols[count++] = symbol;
    }

    /** Merges what was added and starts anew; what remains lies in {@link #symbol} at the positions 0 to the answer - 1. */
    int merge() {
        link();
        while (heapCount > 0) {
            long candidate = pop();
            int left = (int) candidate;
            long merge = mergeAt(left);
            if (merge != MergeTable.NONE && MergeTable.rank(merge) == (int) (candidate >>> Integer.SIZE)) {
                join(left, MergeTable.merged(merge));
            }
        }
        return compact();
    }

    int symbol(int position) {
        return symbols[position];
    }

    private void link() {
        for (int at = 0; at < count; at++) {
            previous[at] = at - 1;
            next[at] = at + 1;
        }
        for (int at = 0; at + 1 < count; at++) {
            offer(at);
        }
    }

    private void join(int left, int merged) {
        int right = next[left];
        symbols[left] = merged;
        next[left] = next[right];
        next[right] = GONE;
        if (next[left] < count) {
            previous[next[left]] = left;
        }
        offer(left);
        if (previous[left] >= 0) {
            offer(previous[left]);
        }
    }

    private int compact() {
        int kept = 0;
        for (int at = 0; at < count; at = next[at]) {
            symbols[kept++] = symbols[at];
        }
        count = 0;
        return kept;
    }

    private long mergeAt(int left) {
        int right = next[left];
        return right == GONE || right >= count ? MergeTable.NONE : table.find(symbols[left], symbols[right]);
    }

    private void offer(int left) {
        long merge = mergeAt(left);
        if (merge != MergeTable.NONE) {
            push(((long) MergeTable.rank(merge) << Integer.SIZE) | left);
        }
    }

    private void push(long candidate) {
        if (heapCount == heap.length) {
            heap = Arrays.copyOf(heap, 2 * heapCount);
        }
        int at = heapCount++;
        while (at > 0 && heap[(at - 1) / 2] > candidate) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = candidate;
    }

    private long pop() {
        long first = heap[0];
        long last = heap[--heapCount];
        int at = 0;
        for (int child = 1; child < heapCount; child = 2 * at + 1) {
            if (child + 1 < heapCount && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = last;
        return first;
    }
}
