package dev.molink.kernels;

import static dev.molink.kernels.KvCacheShape.BLOCK_TOKENS;

import org.jspecify.annotations.Nullable;

/**
 * Queries that read the same keys and values: of some rows of one sequence, the heads of one key/value head. Reused, one
 * owner.
 *
 * <p>Positions count from {@link #start}, the first of the first block that any query sees.
 */
final class AttentionTile {

    private @Nullable Attention attention;
    private int firstRow;
    private int kvHead;
    private int queries;
    private int start;
    private int stride;
    private int[] offsets = new int[16];
    private int[] firsts = new int[16];
    private int[] ends = new int[16];

    void set(Attention newAttention, int newFirstRow, int endRow, int newKvHead) {
        attention = newAttention;
        firstRow = newFirstRow;
        kvHead = newKvHead;
        start = newAttention.firstSeen(newFirstRow) & -BLOCK_TOKENS;
        stride = FloatMath.roundUpToLanes(newAttention.position(endRow - 1) + 1 - start);
        int group = newAttention.group();
        queries = 0;
        reserve((endRow - newFirstRow) * group);
        for (int row = newFirstRow; row < endRow; row++) {
            for (int i = 0; i < group; i++) {
                offsets[queries] = newAttention.headOffset(row, newKvHead * group + i);
                firsts[queries] = newAttention.firstSeen(row) - start;
                ends[queries] = newAttention.position(row) + 1 - start;
                queries++;
            }
        }
    }

    private void reserve(int needed) {
        if (offsets.length < needed) {
            offsets = new int[needed];
            firsts = new int[needed];
            ends = new int[needed];
        }
    }

    Attention attention() {
        if (attention == null) {
            throw new IllegalStateException("the tile was not set");
        }
        return attention;
    }

    int queries() {
        return queries;
    }

    /** Positions of the blocks that any query sees: a multiple of 16. */
    int stride() {
        return stride;
    }

    /** Index of a query, and of its output, in the batch's arrays. */
    int offset(int query) {
        return offsets[query];
    }

    /** The first position that a query sees. */
    int first(int query) {
        return firsts[query];
    }

    /** The position behind the last one that a query sees. */
    int end(int query) {
        return ends[query];
    }

    /** Byte offset of the head's keys, and of its values, for the 16 positions from {@code position} on. */
    long block(int position) {
        return attention().blockOffset(firstRow, (start + position) / BLOCK_TOKENS, kvHead);
    }
}
