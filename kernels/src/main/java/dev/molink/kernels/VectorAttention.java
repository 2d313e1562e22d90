package dev.molink.kernels;

import static dev.molink.kernels.KvCacheShape.BLOCK_TOKENS;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Attention of a tile of queries. Each KV block is read once for all of them, and four queries at a time, or two, share the
 * registers. Every query sums in the order of {@link ScalarKernels}, so its bits do not depend on the tile that it is in.
 *
 * <p>Scores stand as {@code [queries, stride]}. Positions that a query does not see score minus infinity, and their
 * values are not read. Blocks of bf16 are decoded for more than four queries; fewer read
 * them as they are.
 */
final class VectorAttention {

    private static final int FOUR = 4;
    private static final int TWO = 2;

    private VectorAttention() {}

    static void attend(AttentionTile tile, Scratch scratch) {
        int stride = tile.stride();
        float[] scores = scratch.scores(tile.queries() * stride);
        score(tile, scores, scratch);
        float[] sums = scratch.partialSums(tile.queries());
        for (int query = 0; query < tile.queries(); query++) {
            int from = query * stride;
            Arrays.fill(scores, from, from + tile.first(query), Float.NEGATIVE_INFINITY);
            Arrays.fill(scores, from + tile.end(query), from + stride, Float.NEGATIVE_INFINITY);
            sums[query] = VectorLoops.expSum(scores, from, stride, scratch.sums);
        }
        addValues(tile, scores, scratch);
        int width = tile.attention().shape().headWidth();
        for (int query = 0; query < tile.queries(); query++) {
            VectorLoops.divide(tile.attention().attended(), tile.offset(query), width, sums[query]);
        }
    }

    private static void score(AttentionTile tile, float[] scores, Scratch scratch) {
        Attention attention = tile.attention();
        boolean narrow = attention.cache().narrow();
        boolean decoded = narrow && tile.queries() > FOUR;
        int elements = BLOCK_TOKENS * attention.shape().headWidth();
        MemorySegment keys = decoded ? scratch.kvBlock(elements) : attention.keys();
        for (int position = 0; position < tile.stride(); position += BLOCK_TOKENS) {
            long block = tile.block(position);
            if (decoded) {
                VectorDecoder.decodeBf16(attention.keys(), block, elements, keys);
                block = 0;
            }
            scoreBlock(tile, position, keys, block, narrow && !decoded, scores);
        }
    }

    private static void scoreBlock(
            AttentionTile tile, int position, MemorySegment keys, long block, boolean narrow, float[] scores) {
        Attention attention = tile.attention();
        float[] queries = attention.queries();
        int width = attention.shape().headWidth();
        float scale = attention.shape().scale();
        int stride = tile.stride();
        int query = 0;
        for (; !narrow && query + FOUR <= tile.queries(); query += FOUR) {
            int q0 = tile.offset(query);
            int q1 = tile.offset(query + 1);
            int q2 = tile.offset(query + 2);
            int q3 = tile.offset(query + 3);
            int to = query * stride + position;
            VectorScoreLoops.score16x4(queries, q0, q1, q2, q3, keys, block, width, scale, scores, to, stride);
        }
        for (; !narrow && query + TWO <= tile.queries(); query += TWO) {
            int q0 = tile.offset(query);
            int q1 = tile.offset(query + 1);
            int to = query * stride + position;
            VectorScoreLoops.score16x2(queries, q0, q1, keys, block, width, scale, scores, to, stride);
        }
        for (; query < tile.queries(); query++) {
            int q = tile.offset(query);
            int to = query * stride + position;
            if (narrow) {
                VectorScoreLoops.score16Bf16(queries, q, keys, block, width, scale, scores, to);
            } else {
                VectorScoreLoops.score16(queries, q, keys, block, width, scale, scores, to);
            }
        }
    }

    private static void addValues(AttentionTile tile, float[] scores, Scratch scratch) {
        Attention attention = tile.attention();
        boolean narrow = attention.cache().narrow();
        boolean decoded = narrow && tile.queries() > FOUR;
        int width = attention.shape().headWidth();
        MemorySegment values = decoded ? scratch.kvBlock(BLOCK_TOKENS * width) : attention.values();
        for (int query = 0; query < tile.queries(); query++) {
            Arrays.fill(attention.attended(), tile.offset(query), tile.offset(query) + width, 0);
        }
        for (int position = 0; position < tile.stride(); position += BLOCK_TOKENS) {
            long block = tile.block(position);
            if (decoded) {
                VectorDecoder.decodeBf16(attention.values(), block, BLOCK_TOKENS * width, values);
                block = 0;
            }
            addBlock(tile, position, values, block, narrow && !decoded, scores);
        }
    }

    private static void addBlock(
            AttentionTile tile, int position, MemorySegment values, long block, boolean narrow, float[] scores) {
        float[] out = tile.attention().attended();
        int width = tile.attention().shape().headWidth();
        int stride = tile.stride();
        int query = 0;
        while (query < tile.queries()) {
            int from = Math.clamp(tile.first(query) - position, 0, BLOCK_TOKENS);
            int end = Math.clamp(tile.end(query) - position, from, BLOCK_TOKENS);
            int score = query * stride + position + from;
            int to0 = tile.offset(query);
            if (narrow) {
                long first = block + (long) from * width * DType.BF16.blockBytes();
                VectorValueLoops.addValuesBf16(scores, score, end - from, values, first, width, out, to0);
                query++;
                continue;
            }
            long first = block + (long) from * width * Float.BYTES;
            if (alike(tile, query, FOUR, position, from, end)) {
                int to1 = tile.offset(query + 1);
                int to2 = tile.offset(query + 2);
                int to3 = tile.offset(query + 3);
                VectorValueLoops.addValues4(
                        scores, score, stride, end - from, values, first, width, out, to0, to1, to2, to3);
                query += FOUR;
            } else if (alike(tile, query, TWO, position, from, end)) {
                int to1 = tile.offset(query + 1);
                VectorValueLoops.addValues2(scores, score, stride, end - from, values, first, width, out, to0, to1);
                query += TWO;
            } else {
                VectorValueLoops.addValues(scores, score, end - from, values, first, width, out, to0);
                query++;
            }
        }
    }

    /** Whether {@code count} queries from this one on all see slots {@code from … end − 1} of the block. */
    private static boolean alike(AttentionTile tile, int query, int count, int position, int from, int end) {
        int last = query + count - 1;
        return last < tile.queries()
                && Math.clamp(tile.first(last) - position, 0, BLOCK_TOKENS) == from
                && Math.clamp(tile.end(last) - position, from, BLOCK_TOKENS) == end;
    }
}
