package dev.molink.kernels;

import static dev.molink.kernels.FloatMath.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of {@link VectorAttention} over the keys {@code [width, 16]} of one block. Loops for one query are
 * bound by loads; with more queries a load of a key serves all of them.
 *
 * <p>Here vectors neither enter nor leave a method, and no helper stands for a load: past some size C2 inlines only the
 * Vector API's own methods, and a vector that crosses a call becomes an object on the heap.
 */
final class VectorScoreLoops {

    /** Room for sums that wait to be folded: four of each of four queries, 16 positions wide. */
    static final int FOLDS = 4 * 4 * LANES;

    private static final VectorSpecies<Float> FLOATS = VectorLoops.FLOATS;
    private static final int LENGTH = FLOATS.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Bytes from the keys' element d of 16 positions to their element d + 1. */
    private static final int ROW = LANES * Float.BYTES;

    private static final int BF16_ROW = LANES * 2;

    /** First partial sum of each quarter, in the order in which {@link FloatMath#foldSum} adds the quarters. */
    private static final int[] QUARTERS = {0, 2, 1, 3};

    private VectorScoreLoops() {}

    /**
     * Scores of one query head against a block of 16 positions: the 16 partial sums of a position stand in the same lane
     * of 16 registers, and the registers are folded as {@link FloatMath#foldSum} folds lanes. A quarter of them, l,
     * l + 8, l + 4 and l + 12, is summed and folded at a time.
     *
     * @param keys {@code [width, 16]} f32 from byte {@code block}
     * @param width a multiple of 16
     * @param folds overwritten
     */
    static void score16(
            float[] query,
            int q,
            MemorySegment keys,
            long block,
            int width,
            float scale,
            float[] folds,
            float[] scores,
            int to) {
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            for (int quarter = 0; quarter < 4; quarter++) {
                int l = QUARTERS[quarter];
                fold(query, q + l, keys, block + (long) l * ROW + (long) lane * Float.BYTES, width, folds, quarter);
            }
            addFolds(folds, 0, 1, scale, scores, to + lane);
        }
    }

    private static void fold(
            float[] query, int q, MemorySegment keys, long first, int width, float[] folds, int quarter) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int d = 0; d < width; d += LANES) {
            long at = first + (long) d * ROW;
            s0 = FloatVector.fromMemorySegment(FLOATS, keys, at, ORDER)
                    .fma(FloatVector.broadcast(FLOATS, query[q + d]), s0);
            s1 = FloatVector.fromMemorySegment(FLOATS, keys, at + 8 * ROW, ORDER)
                    .fma(FloatVector.broadcast(FLOATS, query[q + d + 8]), s1);
            s2 = FloatVector.fromMemorySegment(FLOATS, keys, at + 4 * ROW, ORDER)
                    .fma(FloatVector.broadcast(FLOATS, query[q + d + 4]), s2);
            s3 = FloatVector.fromMemorySegment(FLOATS, keys, at + 12 * ROW, ORDER)
                    .fma(FloatVector.broadcast(FLOATS, query[q + d + 12]), s3);
        }
        s0.add(s1).add(s2.add(s3)).intoArray(folds, quarter * LANES);
    }

    /** Adds the quarters of a query, which stand {@code stride} vectors apart, and scales their sum. */
    private static void addFolds(float[] folds, int from, int stride, float scale, float[] scores, int to) {
        FloatVector f0 = FloatVector.fromArray(FLOATS, folds, from);
        FloatVector f1 = FloatVector.fromArray(FLOATS, folds, from + stride * LANES);
        FloatVector f2 = FloatVector.fromArray(FLOATS, folds, from + 2 * stride * LANES);
        FloatVector f3 = FloatVector.fromArray(FLOATS, folds, from + 3 * stride * LANES);
        f0.add(f1).add(f2.add(f3)).mul(scale).intoArray(scores, to);
    }

    /** {@link #score16} of keys in bf16. */
    static void score16Bf16(
            float[] query,
            int q,
            MemorySegment keys,
            long block,
            int width,
            float scale,
            float[] folds,
            float[] scores,
            int to) {
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            for (int quarter = 0; quarter < 4; quarter++) {
                int l = QUARTERS[quarter];
                foldBf16(query, q + l, keys, block + (long) l * BF16_ROW + lane * 2L, width, folds, quarter);
            }
            addFolds(folds, 0, 1, scale, scores, to + lane);
        }
    }

    private static void foldBf16(
            float[] query, int q, MemorySegment keys, long first, int width, float[] folds, int quarter) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int d = 0; d < width; d += LANES) {
            long at = first + (long) d * BF16_ROW;
            s0 = VectorDecoder.bf16(keys, at).fma(FloatVector.broadcast(FLOATS, query[q + d]), s0);
            s1 = VectorDecoder.bf16(keys, at + 8 * BF16_ROW).fma(FloatVector.broadcast(FLOATS, query[q + d + 8]), s1);
            s2 = VectorDecoder.bf16(keys, at + 4 * BF16_ROW).fma(FloatVector.broadcast(FLOATS, query[q + d + 4]), s2);
            s3 = VectorDecoder.bf16(keys, at + 12 * BF16_ROW).fma(FloatVector.broadcast(FLOATS, query[q + d + 12]), s3);
        }
        s0.add(s1).add(s2.add(s3)).intoArray(folds, quarter * LANES);
    }

    /** {@link #score16} of two queries; the second one's scores follow {@code stride} behind {@code to}. */
    static void score16x2(
            float[] queries,
            int q0,
            int q1,
            MemorySegment keys,
            long block,
            int width,
            float scale,
            float[] folds,
            float[] scores,
            int to,
            int stride) {
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            for (int quarter = 0; quarter < 4; quarter++) {
                int l = QUARTERS[quarter];
                long first = block + (long) l * ROW + (long) lane * Float.BYTES;
                fold2(queries, q0 + l, q1 + l, keys, first, width, folds, quarter);
            }
            addFolds(folds, 0, 2, scale, scores, to + lane);
            addFolds(folds, LANES, 2, scale, scores, to + stride + lane);
        }
    }

    private static void fold2(
            float[] queries, int q0, int q1, MemorySegment keys, long first, int width, float[] folds, int quarter) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s12 = s00;
        FloatVector s13 = s00;
        for (int d = 0; d < width; d += LANES) {
            long at = first + (long) d * ROW;
            FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, keys, at, ORDER);
            s00 = k0.fma(FloatVector.broadcast(FLOATS, queries[q0 + d]), s00);
            s10 = k0.fma(FloatVector.broadcast(FLOATS, queries[q1 + d]), s10);
            FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, keys, at + 8 * ROW, ORDER);
            s01 = k1.fma(FloatVector.broadcast(FLOATS, queries[q0 + d + 8]), s01);
            s11 = k1.fma(FloatVector.broadcast(FLOATS, queries[q1 + d + 8]), s11);
            FloatVector k2 = FloatVector.fromMemorySegment(FLOATS, keys, at + 4 * ROW, ORDER);
            s02 = k2.fma(FloatVector.broadcast(FLOATS, queries[q0 + d + 4]), s02);
            s12 = k2.fma(FloatVector.broadcast(FLOATS, queries[q1 + d + 4]), s12);
            FloatVector k3 = FloatVector.fromMemorySegment(FLOATS, keys, at + 12 * ROW, ORDER);
            s03 = k3.fma(FloatVector.broadcast(FLOATS, queries[q0 + d + 12]), s03);
            s13 = k3.fma(FloatVector.broadcast(FLOATS, queries[q1 + d + 12]), s13);
        }
        int to = quarter * 2 * LANES;
        s00.add(s01).add(s02.add(s03)).intoArray(folds, to);
        s10.add(s11).add(s12.add(s13)).intoArray(folds, to + LANES);
    }

    /**
     * {@link #score16} of four queries, which start at {@code q0 … q3}.
     *
     * @param to of the first query's scores; the others follow {@code stride} apart
     */
    static void score16x4(
            float[] queries,
            int q0,
            int q1,
            int q2,
            int q3,
            MemorySegment keys,
            long block,
            int width,
            float scale,
            float[] folds,
            float[] scores,
            int to,
            int stride) {
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            for (int quarter = 0; quarter < 4; quarter++) {
                int l = QUARTERS[quarter];
                long first = block + (long) l * ROW + (long) lane * Float.BYTES;
                fold4(queries, q0 + l, q1 + l, q2 + l, q3 + l, keys, first, width, folds, quarter);
            }
            for (int query = 0; query < 4; query++) {
                addFolds(folds, query * LANES, 4, scale, scores, to + query * stride + lane);
            }
        }
    }

    // 16 sums, a key and a query's element.
    private static void fold4(
            float[] queries,
            int q0,
            int q1,
            int q2,
            int q3,
            MemorySegment keys,
            long first,
            int width,
            float[] folds,
            int quarter) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s12 = s00;
        FloatVector s13 = s00;
        FloatVector s20 = s00;
        FloatVector s21 = s00;
        FloatVector s22 = s00;
        FloatVector s23 = s00;
        FloatVector s30 = s00;
        FloatVector s31 = s00;
        FloatVector s32 = s00;
        FloatVector s33 = s00;
        for (int d = 0; d < width; d += LANES) {
            long at = first + (long) d * ROW;
            FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, keys, at, ORDER);
            s00 = k0.fma(FloatVector.broadcast(FLOATS, queries[q0 + d]), s00);
            s10 = k0.fma(FloatVector.broadcast(FLOATS, queries[q1 + d]), s10);
            s20 = k0.fma(FloatVector.broadcast(FLOATS, queries[q2 + d]), s20);
            s30 = k0.fma(FloatVector.broadcast(FLOATS, queries[q3 + d]), s30);
            FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, keys, at + 8 * ROW, ORDER);
            s01 = k1.fma(FloatVector.broadcast(FLOATS, queries[q0 + d + 8]), s01);
            s11 = k1.fma(FloatVector.broadcast(FLOATS, queries[q1 + d + 8]), s11);
            s21 = k1.fma(FloatVector.broadcast(FLOATS, queries[q2 + d + 8]), s21);
            s31 = k1.fma(FloatVector.broadcast(FLOATS, queries[q3 + d + 8]), s31);
            FloatVector k2 = FloatVector.fromMemorySegment(FLOATS, keys, at + 4 * ROW, ORDER);
            s02 = k2.fma(FloatVector.broadcast(FLOATS, queries[q0 + d + 4]), s02);
            s12 = k2.fma(FloatVector.broadcast(FLOATS, queries[q1 + d + 4]), s12);
            s22 = k2.fma(FloatVector.broadcast(FLOATS, queries[q2 + d + 4]), s22);
            s32 = k2.fma(FloatVector.broadcast(FLOATS, queries[q3 + d + 4]), s32);
            FloatVector k3 = FloatVector.fromMemorySegment(FLOATS, keys, at + 12 * ROW, ORDER);
            s03 = k3.fma(FloatVector.broadcast(FLOATS, queries[q0 + d + 12]), s03);
            s13 = k3.fma(FloatVector.broadcast(FLOATS, queries[q1 + d + 12]), s13);
            s23 = k3.fma(FloatVector.broadcast(FLOATS, queries[q2 + d + 12]), s23);
            s33 = k3.fma(FloatVector.broadcast(FLOATS, queries[q3 + d + 12]), s33);
        }
        int to = quarter * 4 * LANES;
        s00.add(s01).add(s02.add(s03)).intoArray(folds, to);
        s10.add(s11).add(s12.add(s13)).intoArray(folds, to + LANES);
        s20.add(s21).add(s22.add(s23)).intoArray(folds, to + 2 * LANES);
        s30.add(s31).add(s32.add(s33)).intoArray(folds, to + 3 * LANES);
    }
}
