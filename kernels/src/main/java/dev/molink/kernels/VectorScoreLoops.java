package dev.molink.kernels;

import static dev.molink.kernels.FloatMath.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of {@link VectorAttention} over the keys {@code [width, 16]} of one block: a lane is a position, a
 * query's element is broadcast, and the keys are read from front to end, as memory is fastest. Elements of even and odd
 * number have a sum each, so that a single query does not wait for the latency of every multiply-add.
 *
 * <p>Here vectors neither enter nor leave a method, and no helper stands for a load: past some size C2 inlines only the
 * Vector API's own methods, and a vector that crosses a call becomes an object on the heap.
 */
final class VectorScoreLoops {

    private static final VectorSpecies<Float> FLOATS = VectorLoops.FLOATS;
    private static final int LENGTH = FLOATS.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Bytes from the keys' element d of 16 positions to their element d + 1. */
    private static final int ROW = LANES * Float.BYTES;

    private static final int BF16_ROW = LANES * Short.BYTES;

    private VectorScoreLoops() {}

    /**
     * Scores of one query head against a block of 16 positions.
     *
     * @param q first element of the query
     * @param keys {@code [width, 16]} f32 from byte {@code block}
     * @param width even
     * @param to where 16 scores are written
     */
    static void score16(
            float[] query, int q, MemorySegment keys, long block, int width, float scale, float[] scores, int to) {
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            FloatVector even = FloatVector.zero(FLOATS);
            FloatVector odd = even;
            long first = block + (long) lane * Float.BYTES;
            for (int d = 0; d < width; d += 2) {
                long at = first + (long) d * ROW;
                even = FloatVector.fromMemorySegment(FLOATS, keys, at, ORDER)
                        .fma(FloatVector.broadcast(FLOATS, query[q + d]), even);
                odd = FloatVector.fromMemorySegment(FLOATS, keys, at + ROW, ORDER)
                        .fma(FloatVector.broadcast(FLOATS, query[q + d + 1]), odd);
            }
            even.add(odd).mul(scale).intoArray(scores, to + lane);
        }
    }

    /** {@link #score16} of keys in bf16. */
    static void score16Bf16(
            float[] query, int q, MemorySegment keys, long block, int width, float scale, float[] scores, int to) {
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            FloatVector even = FloatVector.zero(FLOATS);
            FloatVector odd = even;
            long first = block + (long) lane * Short.BYTES;
            for (int d = 0; d < width; d += 2) {
                long at = first + (long) d * BF16_ROW;
                even = VectorDecoder.bf16(keys, at).fma(FloatVector.broadcast(FLOATS, query[q + d]), even);
                odd = VectorDecoder.bf16(keys, at + BF16_ROW).fma(FloatVector.broadcast(FLOATS, query[q + d + 1]), odd);
            }
            even.add(odd).mul(scale).intoArray(scores, to + lane);
        }
    }

    /** {@link #score16} of two queries, whose scores are written {@code stride} apart. */
    static void score16x2(
            float[] query,
            int q0,
            int q1,
            MemorySegment keys,
            long block,
            int width,
            float scale,
            float[] scores,
            int to,
            int stride) {
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            FloatVector even0 = FloatVector.zero(FLOATS);
            FloatVector even1 = even0;
            FloatVector odd0 = even0;
            FloatVector odd1 = even0;
            long first = block + (long) lane * Float.BYTES;
            for (int d = 0; d < width; d += 2) {
                long at = first + (long) d * ROW;
                FloatVector key = FloatVector.fromMemorySegment(FLOATS, keys, at, ORDER);
                even0 = key.fma(FloatVector.broadcast(FLOATS, query[q0 + d]), even0);
                even1 = key.fma(FloatVector.broadcast(FLOATS, query[q1 + d]), even1);
                key = FloatVector.fromMemorySegment(FLOATS, keys, at + ROW, ORDER);
                odd0 = key.fma(FloatVector.broadcast(FLOATS, query[q0 + d + 1]), odd0);
                odd1 = key.fma(FloatVector.broadcast(FLOATS, query[q1 + d + 1]), odd1);
            }
            even0.add(odd0).mul(scale).intoArray(scores, to + lane);
            even1.add(odd1).mul(scale).intoArray(scores, to + stride + lane);
        }
    }

    /** {@link #score16} of four queries, whose scores are written {@code stride} apart. */
    static void score16x4(
            float[] query,
            int q0,
            int q1,
            int q2,
            int q3,
            MemorySegment keys,
            long block,
            int width,
            float scale,
            float[] scores,
            int to,
            int stride) {
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            FloatVector even0 = FloatVector.zero(FLOATS);
            FloatVector even1 = even0;
            FloatVector even2 = even0;
            FloatVector even3 = even0;
            FloatVector odd0 = even0;
            FloatVector odd1 = even0;
            FloatVector odd2 = even0;
            FloatVector odd3 = even0;
            long first = block + (long) lane * Float.BYTES;
            for (int d = 0; d < width; d += 2) {
                long at = first + (long) d * ROW;
                FloatVector key = FloatVector.fromMemorySegment(FLOATS, keys, at, ORDER);
                even0 = key.fma(FloatVector.broadcast(FLOATS, query[q0 + d]), even0);
                even1 = key.fma(FloatVector.broadcast(FLOATS, query[q1 + d]), even1);
                even2 = key.fma(FloatVector.broadcast(FLOATS, query[q2 + d]), even2);
                even3 = key.fma(FloatVector.broadcast(FLOATS, query[q3 + d]), even3);
                key = FloatVector.fromMemorySegment(FLOATS, keys, at + ROW, ORDER);
                odd0 = key.fma(FloatVector.broadcast(FLOATS, query[q0 + d + 1]), odd0);
                odd1 = key.fma(FloatVector.broadcast(FLOATS, query[q1 + d + 1]), odd1);
                odd2 = key.fma(FloatVector.broadcast(FLOATS, query[q2 + d + 1]), odd2);
                odd3 = key.fma(FloatVector.broadcast(FLOATS, query[q3 + d + 1]), odd3);
            }
            even0.add(odd0).mul(scale).intoArray(scores, to + lane);
            even1.add(odd1).mul(scale).intoArray(scores, to + stride + lane);
            even2.add(odd2).mul(scale).intoArray(scores, to + 2 * stride + lane);
            even3.add(odd3).mul(scale).intoArray(scores, to + 3 * stride + lane);
        }
    }
}
