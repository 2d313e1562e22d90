package dev.molink.kernels;

import static dev.molink.kernels.FloatMath.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of {@link VectorAttention}, over the f32 keys {@code [width, 16]} and values {@code [16, width]} of
 * one block. Loops for one query are bound by loads; with four queries a load of a key or value serves four of them.
 */
final class VectorAttentionLoops {

    /** Room that {@link #score16x4} needs: two sums of four queries and 16 positions. */
    static final int FOLDS = 2 * 4 * LANES;

    private static final VectorSpecies<Float> FLOATS = VectorLoops.FLOATS;
    private static final int LENGTH = FLOATS.length();

    private VectorAttentionLoops() {}

    /**
     * Scores of one query head against a block of 16 positions: the 16 partial sums of a position stand in the same lane
     * of 16 registers, and the registers are folded as {@link FloatMath#foldSum} folds lanes.
     *
     * @param keys {@code [width, 16]} from byte {@code block}
     * @param width a multiple of 16
     */
    static void score16(
            float[] query, int q, MemorySegment keys, long block, int width, float scale, float[] scores, int to) {
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            score(query, q, keys, block + (long) lane * Float.BYTES, width)
                    .mul(scale)
                    .intoArray(scores, to + lane);
        }
    }

    private static FloatVector score(float[] query, int q, MemorySegment keys, long block, int width) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector s0 = zero;
        FloatVector s1 = zero;
        FloatVector s2 = zero;
        FloatVector s3 = zero;
        FloatVector s4 = zero;
        FloatVector s5 = zero;
        FloatVector s6 = zero;
        FloatVector s7 = zero;
        FloatVector s8 = zero;
        FloatVector s9 = zero;
        FloatVector s10 = zero;
        FloatVector s11 = zero;
        FloatVector s12 = zero;
        FloatVector s13 = zero;
        FloatVector s14 = zero;
        FloatVector s15 = zero;
        for (int d = 0; d < width; d += LANES) {
            int at = q + d;
            long key = block + (long) d * LANES * Float.BYTES;
            s0 = times(query[at], keys, key, s0);
            s1 = times(query[at + 1], keys, key + 64, s1);
            s2 = times(query[at + 2], keys, key + 2 * 64, s2);
            s3 = times(query[at + 3], keys, key + 3 * 64, s3);
            s4 = times(query[at + 4], keys, key + 4 * 64, s4);
            s5 = times(query[at + 5], keys, key + 5 * 64, s5);
            s6 = times(query[at + 6], keys, key + 6 * 64, s6);
            s7 = times(query[at + 7], keys, key + 7 * 64, s7);
            s8 = times(query[at + 8], keys, key + 8 * 64, s8);
            s9 = times(query[at + 9], keys, key + 9 * 64, s9);
            s10 = times(query[at + 10], keys, key + 10 * 64, s10);
            s11 = times(query[at + 11], keys, key + 11 * 64, s11);
            s12 = times(query[at + 12], keys, key + 12 * 64, s12);
            s13 = times(query[at + 13], keys, key + 13 * 64, s13);
            s14 = times(query[at + 14], keys, key + 14 * 64, s14);
            s15 = times(query[at + 15], keys, key + 15 * 64, s15);
        }
        s0 = s0.add(s8).add(s4.add(s12));
        s1 = s1.add(s9).add(s5.add(s13));
        s2 = s2.add(s10).add(s6.add(s14));
        s3 = s3.add(s11).add(s7.add(s15));
        return s0.add(s2).add(s1.add(s3));
    }

    private static FloatVector times(float query, MemorySegment keys, long at, FloatVector sum) {
        return load(keys, at).fma(broadcast(query), sum);
    }

    /**
     * {@link #score16} of four queries, which start at {@code q0 … q3}. Four of the 16 partial sums of every query are
     * taken at a time, in the order in which they are folded, so that all fit into registers.
     *
     * @param folds overwritten
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
            long first = block + (long) lane * Float.BYTES;
            fold(queries, q0, q1, q2, q3, keys, first, width, folds, 0, false);
            fold(queries, q0 + 2, q1 + 2, q2 + 2, q3 + 2, keys, first + 2 * 64, width, folds, 0, true);
            fold(queries, q0 + 1, q1 + 1, q2 + 1, q3 + 1, keys, first + 64, width, folds, 4 * LANES, false);
            fold(queries, q0 + 3, q1 + 3, q2 + 3, q3 + 3, keys, first + 3 * 64, width, folds, 4 * LANES, true);
            for (int query = 0; query < 4; query++) {
                load(folds, query * LANES)
                        .add(load(folds, (4 + query) * LANES))
                        .mul(scale)
                        .intoArray(scores, to + query * stride + lane);
            }
        }
    }

    // Partial sums l, l + 8, l + 4 and l + 12: 16 sums, 4 keys and a query's element.
    private static void fold(
            float[] queries,
            int q0,
            int q1,
            int q2,
            int q3,
            MemorySegment keys,
            long first,
            int width,
            float[] folds,
            int to,
            boolean add) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector s00 = zero;
        FloatVector s01 = zero;
        FloatVector s02 = zero;
        FloatVector s03 = zero;
        FloatVector s10 = zero;
        FloatVector s11 = zero;
        FloatVector s12 = zero;
        FloatVector s13 = zero;
        FloatVector s20 = zero;
        FloatVector s21 = zero;
        FloatVector s22 = zero;
        FloatVector s23 = zero;
        FloatVector s30 = zero;
        FloatVector s31 = zero;
        FloatVector s32 = zero;
        FloatVector s33 = zero;
        for (int d = 0; d < width; d += LANES) {
            long at = first + (long) d * LANES * Float.BYTES;
            FloatVector k0 = load(keys, at);
            s00 = k0.fma(broadcast(queries[q0 + d]), s00);
            s10 = k0.fma(broadcast(queries[q1 + d]), s10);
            s20 = k0.fma(broadcast(queries[q2 + d]), s20);
            s30 = k0.fma(broadcast(queries[q3 + d]), s30);
            FloatVector k1 = load(keys, at + 8 * 64);
            s01 = k1.fma(broadcast(queries[q0 + d + 8]), s01);
            s11 = k1.fma(broadcast(queries[q1 + d + 8]), s11);
            s21 = k1.fma(broadcast(queries[q2 + d + 8]), s21);
            s31 = k1.fma(broadcast(queries[q3 + d + 8]), s31);
            FloatVector k2 = load(keys, at + 4 * 64);
            s02 = k2.fma(broadcast(queries[q0 + d + 4]), s02);
            s12 = k2.fma(broadcast(queries[q1 + d + 4]), s12);
            s22 = k2.fma(broadcast(queries[q2 + d + 4]), s22);
            s32 = k2.fma(broadcast(queries[q3 + d + 4]), s32);
            FloatVector k3 = load(keys, at + 12 * 64);
            s03 = k3.fma(broadcast(queries[q0 + d + 12]), s03);
            s13 = k3.fma(broadcast(queries[q1 + d + 12]), s13);
            s23 = k3.fma(broadcast(queries[q2 + d + 12]), s23);
            s33 = k3.fma(broadcast(queries[q3 + d + 12]), s33);
        }
        put(s00.add(s01).add(s02.add(s03)), folds, to, add);
        put(s10.add(s11).add(s12.add(s13)), folds, to + LANES, add);
        put(s20.add(s21).add(s22.add(s23)), folds, to + 2 * LANES, add);
        put(s30.add(s31).add(s32.add(s33)), folds, to + 3 * LANES, add);
    }

    private static void put(FloatVector fold, float[] folds, int to, boolean add) {
        (add ? load(folds, to).add(fold) : fold).intoArray(folds, to);
    }

    /** {@link #score16} of keys in bf16. With more than four conversions in a loop C2 spills its registers. */
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
            long first = block + (long) lane * 2;
            foldBf16(query, q, keys, first, width, folds, 0, false);
            foldBf16(query, q + 2, keys, first + 2 * 32, width, folds, 0, true);
            foldBf16(query, q + 1, keys, first + 32, width, folds, LANES, false);
            foldBf16(query, q + 3, keys, first + 3 * 32, width, folds, LANES, true);
            load(folds, 0).add(load(folds, LANES)).mul(scale).intoArray(scores, to + lane);
        }
    }

    private static void foldBf16(
            float[] query, int q, MemorySegment keys, long first, int width, float[] folds, int to, boolean add) {
        FloatVector zero = FloatVector.zero(FLOATS);
        FloatVector s0 = zero;
        FloatVector s1 = zero;
        FloatVector s2 = zero;
        FloatVector s3 = zero;
        for (int d = 0; d < width; d += LANES) {
            long at = first + (long) d * LANES * 2;
            s0 = VectorDecoder.bf16(keys, at).fma(broadcast(query[q + d]), s0);
            s1 = VectorDecoder.bf16(keys, at + 8 * 32).fma(broadcast(query[q + d + 8]), s1);
            s2 = VectorDecoder.bf16(keys, at + 4 * 32).fma(broadcast(query[q + d + 4]), s2);
            s3 = VectorDecoder.bf16(keys, at + 12 * 32).fma(broadcast(query[q + d + 12]), s3);
        }
        put(s0.add(s1).add(s2.add(s3)), folds, to, add);
    }

    /** Adds {@code Σ scores[t] · value[t]} over {@code count} positions of a block to one head's output. */
    static void addValues(
            float[] scores, int from, int count, MemorySegment values, long block, int width, float[] out, int to) {
        int d = 0;
        for (; d <= width - 4 * LENGTH; d += 4 * LENGTH) {
            addFourVectors(scores, from, count, values, block + (long) d * Float.BYTES, width, out, to + d);
        }
        for (; d < width; d += LENGTH) {
            FloatVector sum = load(out, to + d);
            for (int t = 0; t < count; t++) {
                long at = block + ((long) t * width + d) * Float.BYTES;
                sum = times(scores[from + t], values, at, sum);
            }
            sum.intoArray(out, to + d);
        }
    }

    // Four independent chains hide the latency of a multiply-add.
    private static void addFourVectors(
            float[] scores, int from, int count, MemorySegment values, long first, int width, float[] out, int to) {
        FloatVector s0 = load(out, to);
        FloatVector s1 = load(out, to + LENGTH);
        FloatVector s2 = load(out, to + 2 * LENGTH);
        FloatVector s3 = load(out, to + 3 * LENGTH);
        for (int t = 0; t < count; t++) {
            long at = first + (long) t * width * Float.BYTES;
            float score = scores[from + t];
            s0 = times(score, values, at, s0);
            s1 = times(score, values, at + (long) LENGTH * Float.BYTES, s1);
            s2 = times(score, values, at + 2L * LENGTH * Float.BYTES, s2);
            s3 = times(score, values, at + 3L * LENGTH * Float.BYTES, s3);
        }
        s0.intoArray(out, to);
        s1.intoArray(out, to + LENGTH);
        s2.intoArray(out, to + 2 * LENGTH);
        s3.intoArray(out, to + 3 * LENGTH);
    }

    /**
     * {@link #addValues} for four queries, whose scores stand {@code stride} apart and whose outputs start at
     * {@code to0 … to3}.
     */
    static void addValues4(
            float[] scores,
            int from,
            int stride,
            int count,
            MemorySegment values,
            long block,
            int width,
            float[] out,
            int to0,
            int to1,
            int to2,
            int to3) {
        int d = 0;
        for (; d <= width - 2 * LENGTH; d += 2 * LENGTH) {
            long first = block + (long) d * Float.BYTES;
            addTwoVectors4(scores, from, stride, count, values, first, width, out, to0 + d, to1 + d, to2 + d, to3 + d);
        }
        for (; d < width; d += LENGTH) {
            long first = block + (long) d * Float.BYTES;
            addVector4(scores, from, stride, count, values, first, width, out, to0 + d, to1 + d, to2 + d, to3 + d);
        }
    }

    // Eight chains: as many as two multiply-adds a cycle with a latency of four keep busy.
    private static void addTwoVectors4(
            float[] scores,
            int from,
            int stride,
            int count,
            MemorySegment values,
            long first,
            int width,
            float[] out,
            int to0,
            int to1,
            int to2,
            int to3) {
        FloatVector s00 = load(out, to0);
        FloatVector s01 = load(out, to0 + LENGTH);
        FloatVector s10 = load(out, to1);
        FloatVector s11 = load(out, to1 + LENGTH);
        FloatVector s20 = load(out, to2);
        FloatVector s21 = load(out, to2 + LENGTH);
        FloatVector s30 = load(out, to3);
        FloatVector s31 = load(out, to3 + LENGTH);
        for (int t = 0; t < count; t++) {
            long at = first + (long) t * width * Float.BYTES;
            FloatVector v0 = load(values, at);
            FloatVector v1 = load(values, at + (long) LENGTH * Float.BYTES);
            FloatVector score0 = broadcast(scores[from + t]);
            s00 = v0.fma(score0, s00);
            s01 = v1.fma(score0, s01);
            FloatVector score1 = broadcast(scores[from + stride + t]);
            s10 = v0.fma(score1, s10);
            s11 = v1.fma(score1, s11);
            FloatVector score2 = broadcast(scores[from + 2 * stride + t]);
            s20 = v0.fma(score2, s20);
            s21 = v1.fma(score2, s21);
            FloatVector score3 = broadcast(scores[from + 3 * stride + t]);
            s30 = v0.fma(score3, s30);
            s31 = v1.fma(score3, s31);
        }
        s00.intoArray(out, to0);
        s01.intoArray(out, to0 + LENGTH);
        s10.intoArray(out, to1);
        s11.intoArray(out, to1 + LENGTH);
        s20.intoArray(out, to2);
        s21.intoArray(out, to2 + LENGTH);
        s30.intoArray(out, to3);
        s31.intoArray(out, to3 + LENGTH);
    }

    private static void addVector4(
            float[] scores,
            int from,
            int stride,
            int count,
            MemorySegment values,
            long first,
            int width,
            float[] out,
            int to0,
            int to1,
            int to2,
            int to3) {
        FloatVector s0 = load(out, to0);
        FloatVector s1 = load(out, to1);
        FloatVector s2 = load(out, to2);
        FloatVector s3 = load(out, to3);
        for (int t = 0; t < count; t++) {
            FloatVector value = load(values, first + (long) t * width * Float.BYTES);
            s0 = value.fma(broadcast(scores[from + t]), s0);
            s1 = value.fma(broadcast(scores[from + stride + t]), s1);
            s2 = value.fma(broadcast(scores[from + 2 * stride + t]), s2);
            s3 = value.fma(broadcast(scores[from + 3 * stride + t]), s3);
        }
        s0.intoArray(out, to0);
        s1.intoArray(out, to1);
        s2.intoArray(out, to2);
        s3.intoArray(out, to3);
    }

    /** {@link #addValues} of values in bf16. */
    static void addValuesBf16(
            float[] scores, int from, int count, MemorySegment values, long block, int width, float[] out, int to) {
        int d = 0;
        for (; d <= width - 4 * LENGTH; d += 4 * LENGTH) {
            addFourVectorsBf16(scores, from, count, values, block + 2L * d, width, out, to + d);
        }
        for (; d < width; d += LENGTH) {
            FloatVector sum = load(out, to + d);
            for (int t = 0; t < count; t++) {
                long at = block + 2L * (t * width + d);
                sum = VectorDecoder.bf16(values, at).fma(broadcast(scores[from + t]), sum);
            }
            sum.intoArray(out, to + d);
        }
    }

    private static void addFourVectorsBf16(
            float[] scores, int from, int count, MemorySegment values, long first, int width, float[] out, int to) {
        FloatVector s0 = load(out, to);
        FloatVector s1 = load(out, to + LENGTH);
        FloatVector s2 = load(out, to + 2 * LENGTH);
        FloatVector s3 = load(out, to + 3 * LENGTH);
        for (int t = 0; t < count; t++) {
            long at = first + 2L * t * width;
            FloatVector score = broadcast(scores[from + t]);
            s0 = VectorDecoder.bf16(values, at).fma(score, s0);
            s1 = VectorDecoder.bf16(values, at + 2L * LENGTH).fma(score, s1);
            s2 = VectorDecoder.bf16(values, at + 4L * LENGTH).fma(score, s2);
            s3 = VectorDecoder.bf16(values, at + 6L * LENGTH).fma(score, s3);
        }
        s0.intoArray(out, to);
        s1.intoArray(out, to + LENGTH);
        s2.intoArray(out, to + 2 * LENGTH);
        s3.intoArray(out, to + 3 * LENGTH);
    }

    private static FloatVector load(float[] values, int at) {
        return FloatVector.fromArray(FLOATS, values, at);
    }

    private static FloatVector load(MemorySegment values, long at) {
        return FloatVector.fromMemorySegment(FLOATS, values, at, ByteOrder.nativeOrder());
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }
}
