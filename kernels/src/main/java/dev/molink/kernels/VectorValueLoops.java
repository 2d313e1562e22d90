package dev.molink.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of {@link VectorAttention} over the values {@code [16, width]} of one block; what
 * {@link VectorScoreLoops} says of loads and of vectors that cross a call holds here too.
 */
final class VectorValueLoops {

    private static final VectorSpecies<Float> FLOATS = VectorLoops.FLOATS;
    private static final int LENGTH = FLOATS.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private VectorValueLoops() {}

    /** Adds {@code Σ scores[t] · value[t]} over {@code count} positions of a block to one head's output. */
    static void addValues(
            float[] scores, int from, int count, MemorySegment values, long block, int width, float[] out, int to) {
        int d = 0;
        for (; d <= width - 4 * LENGTH; d += 4 * LENGTH) {
            addFourVectors(scores, from, count, values, block + (long) d * Float.BYTES, width, out, to + d);
        }
        for (; d < width; d += LENGTH) {
            addVector(scores, from, count, values, block + (long) d * Float.BYTES, width, out, to + d);
        }
    }

    private static void addVector(
            float[] scores, int from, int count, MemorySegment values, long first, int width, float[] out, int to) {
        FloatVector sum = FloatVector.fromArray(FLOATS, out, to);
        for (int t = 0; t < count; t++) {
            long at = first + (long) t * width * Float.BYTES;
            sum = FloatVector.fromMemorySegment(FLOATS, values, at, ORDER)
                    .fma(FloatVector.broadcast(FLOATS, scores[from + t]), sum);
        }
        sum.intoArray(out, to);
    }

    // Four independent chains hide the latency of a multiply-add.
    private static void addFourVectors(
            float[] scores, int from, int count, MemorySegment values, long first, int width, float[] out, int to) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, out, to);
        FloatVector s1 = FloatVector.fromArray(FLOATS, out, to + LENGTH);
        FloatVector s2 = FloatVector.fromArray(FLOATS, out, to + 2 * LENGTH);
        FloatVector s3 = FloatVector.fromArray(FLOATS, out, to + 3 * LENGTH);
        for (int t = 0; t < count; t++) {
            long at = first + (long) t * width * Float.BYTES;
            FloatVector score = FloatVector.broadcast(FLOATS, scores[from + t]);
            s0 = FloatVector.fromMemorySegment(FLOATS, values, at, ORDER).fma(score, s0);
            s1 = FloatVector.fromMemorySegment(FLOATS, values, at + (long) LENGTH * Float.BYTES, ORDER)
                    .fma(score, s1);
            s2 = FloatVector.fromMemorySegment(FLOATS, values, at + 2L * LENGTH * Float.BYTES, ORDER)
                    .fma(score, s2);
            s3 = FloatVector.fromMemorySegment(FLOATS, values, at + 3L * LENGTH * Float.BYTES, ORDER)
                    .fma(score, s3);
        }
        s0.intoArray(out, to);
        s1.intoArray(out, to + LENGTH);
        s2.intoArray(out, to + 2 * LENGTH);
        s3.intoArray(out, to + 3 * LENGTH);
    }

    /** {@link #addValues} of values in bf16. */
    static void addValuesBf16(
            float[] scores, int from, int count, MemorySegment values, long block, int width, float[] out, int to) {
        int d = 0;
        for (; d <= width - 4 * LENGTH; d += 4 * LENGTH) {
            addFourVectorsBf16(scores, from, count, values, block + (long) d * 2, width, out, to + d);
        }
        for (; d < width; d += LENGTH) {
            addVectorBf16(scores, from, count, values, block + (long) d * 2, width, out, to + d);
        }
    }

    private static void addVectorBf16(
            float[] scores, int from, int count, MemorySegment values, long first, int width, float[] out, int to) {
        FloatVector sum = FloatVector.fromArray(FLOATS, out, to);
        for (int t = 0; t < count; t++) {
            long at = first + (long) t * width * 2;
            sum = VectorDecoder.bf16(values, at).fma(FloatVector.broadcast(FLOATS, scores[from + t]), sum);
        }
        sum.intoArray(out, to);
    }

    // Four independent chains hide the latency of a multiply-add.
    private static void addFourVectorsBf16(
            float[] scores, int from, int count, MemorySegment values, long first, int width, float[] out, int to) {
        FloatVector s0 = FloatVector.fromArray(FLOATS, out, to);
        FloatVector s1 = FloatVector.fromArray(FLOATS, out, to + LENGTH);
        FloatVector s2 = FloatVector.fromArray(FLOATS, out, to + 2 * LENGTH);
        FloatVector s3 = FloatVector.fromArray(FLOATS, out, to + 3 * LENGTH);
        for (int t = 0; t < count; t++) {
            long at = first + (long) t * width * 2;
            FloatVector score = FloatVector.broadcast(FLOATS, scores[from + t]);
            s0 = VectorDecoder.bf16(values, at).fma(score, s0);
            s1 = VectorDecoder.bf16(values, at + (long) LENGTH * 2).fma(score, s1);
            s2 = VectorDecoder.bf16(values, at + 2L * LENGTH * 2).fma(score, s2);
            s3 = VectorDecoder.bf16(values, at + 3L * LENGTH * 2).fma(score, s3);
        }
        s0.intoArray(out, to);
        s1.intoArray(out, to + LENGTH);
        s2.intoArray(out, to + 2 * LENGTH);
        s3.intoArray(out, to + 3 * LENGTH);
    }

    /** {@link #addValues} for two queries, whose scores stand {@code stride} apart. */
    static void addValues2(
            float[] scores,
            int from,
            int stride,
            int count,
            MemorySegment values,
            long block,
            int width,
            float[] out,
            int to0,
            int to1) {
        int d = 0;
        for (; d <= width - 2 * LENGTH; d += 2 * LENGTH) {
            long first = block + (long) d * Float.BYTES;
            addTwoVectors2(scores, from, stride, count, values, first, width, out, to0 + d, to1 + d);
        }
        for (; d < width; d += LENGTH) {
            long first = block + (long) d * Float.BYTES;
            addVector(scores, from, count, values, first, width, out, to0 + d);
            addVector(scores, from + stride, count, values, first, width, out, to1 + d);
        }
    }

    private static void addTwoVectors2(
            float[] scores,
            int from,
            int stride,
            int count,
            MemorySegment values,
            long first,
            int width,
            float[] out,
            int to0,
            int to1) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, out, to0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, out, to0 + LENGTH);
        FloatVector s10 = FloatVector.fromArray(FLOATS, out, to1);
        FloatVector s11 = FloatVector.fromArray(FLOATS, out, to1 + LENGTH);
        for (int t = 0; t < count; t++) {
            long at = first + (long) t * width * Float.BYTES;
            FloatVector v0 = FloatVector.fromMemorySegment(FLOATS, values, at, ORDER);
            FloatVector v1 = FloatVector.fromMemorySegment(FLOATS, values, at + (long) LENGTH * Float.BYTES, ORDER);
            FloatVector score0 = FloatVector.broadcast(FLOATS, scores[from + t]);
            s00 = v0.fma(score0, s00);
            s01 = v1.fma(score0, s01);
            FloatVector score1 = FloatVector.broadcast(FLOATS, scores[from + stride + t]);
            s10 = v0.fma(score1, s10);
            s11 = v1.fma(score1, s11);
        }
        s00.intoArray(out, to0);
        s01.intoArray(out, to0 + LENGTH);
        s10.intoArray(out, to1);
        s11.intoArray(out, to1 + LENGTH);
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
        FloatVector s00 = FloatVector.fromArray(FLOATS, out, to0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, out, to0 + LENGTH);
        FloatVector s10 = FloatVector.fromArray(FLOATS, out, to1);
        FloatVector s11 = FloatVector.fromArray(FLOATS, out, to1 + LENGTH);
        FloatVector s20 = FloatVector.fromArray(FLOATS, out, to2);
        FloatVector s21 = FloatVector.fromArray(FLOATS, out, to2 + LENGTH);
        FloatVector s30 = FloatVector.fromArray(FLOATS, out, to3);
        FloatVector s31 = FloatVector.fromArray(FLOATS, out, to3 + LENGTH);
        for (int t = 0; t < count; t++) {
            long at = first + (long) t * width * Float.BYTES;
            FloatVector v0 = FloatVector.fromMemorySegment(FLOATS, values, at, ORDER);
            FloatVector v1 = FloatVector.fromMemorySegment(FLOATS, values, at + (long) LENGTH * Float.BYTES, ORDER);
            FloatVector score0 = FloatVector.broadcast(FLOATS, scores[from + t]);
            s00 = v0.fma(score0, s00);
            s01 = v1.fma(score0, s01);
            FloatVector score1 = FloatVector.broadcast(FLOATS, scores[from + stride + t]);
            s10 = v0.fma(score1, s10);
            s11 = v1.fma(score1, s11);
            FloatVector score2 = FloatVector.broadcast(FLOATS, scores[from + 2 * stride + t]);
            s20 = v0.fma(score2, s20);
            s21 = v1.fma(score2, s21);
            FloatVector score3 = FloatVector.broadcast(FLOATS, scores[from + 3 * stride + t]);
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
        FloatVector s0 = FloatVector.fromArray(FLOATS, out, to0);
        FloatVector s1 = FloatVector.fromArray(FLOATS, out, to1);
        FloatVector s2 = FloatVector.fromArray(FLOATS, out, to2);
        FloatVector s3 = FloatVector.fromArray(FLOATS, out, to3);
        for (int t = 0; t < count; t++) {
            long at = first + (long) t * width * Float.BYTES;
            FloatVector value = FloatVector.fromMemorySegment(FLOATS, values, at, ORDER);
            s0 = value.fma(FloatVector.broadcast(FLOATS, scores[from + t]), s0);
            s1 = value.fma(FloatVector.broadcast(FLOATS, scores[from + stride + t]), s1);
            s2 = value.fma(FloatVector.broadcast(FLOATS, scores[from + 2 * stride + t]), s2);
            s3 = value.fma(FloatVector.broadcast(FLOATS, scores[from + 3 * stride + t]), s3);
        }
        s0.intoArray(out, to0);
        s1.intoArray(out, to1);
        s2.intoArray(out, to2);
        s3.intoArray(out, to3);
    }
}
