package dev.molink.kernels;

import static dev.molink.kernels.FloatMath.LANES;
import static dev.molink.kernels.VectorDecoder.BLOCK;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * Four weight rows times one input, decoded in registers: for a batch of one a panel would only be written and read
 * once. They go two rows at a time: with more conversions in one loop C2 no longer keeps them in registers (12 times
 * slower).
 */
final class VectorRowLoops {

    private static final int LENGTH = VectorLoops.FLOATS.length();

    private VectorRowLoops() {}

    /** Whether rows of this type are multiplied here; the others go through the panel. */
    static boolean takes(DType dtype) {
        return switch (dtype) {
            case Q8_0, Q4_0 -> VectorDecoder.BLOCKS_IN_VECTORS;
            case F32, F16, BF16 -> false;
        };
    }

    // In the loops below, s is the first partial sum of a register's share; s mod 16 is its lane.

    /**
     * Adds to the partial sums {@code [row, lane]} of one input.
     *
     * @param row first of the four rows
     * @param x the input, plain
     * @param columns a multiple of 32
     */
    static void multiply4x1(CpuTensor weights, int row, float[] x, int columns, float[] sums) {
        MemorySegment data = weights.data();
        long from = weights.offset(row, 0);
        long rowBytes = weights.offset(1, 0);
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            switch (weights.dtype()) {
                case Q8_0 -> {
                    multiplyQ8(data, from, rowBytes, x, columns, sums, lane);
                    multiplyQ8(data, from + 2 * rowBytes, rowBytes, x, columns, sums, lane + 2 * LANES);
                }
                case Q4_0 -> {
                    multiplyQ4(data, from, rowBytes, x, columns, sums, lane);
                    multiplyQ4(data, from + 2 * rowBytes, rowBytes, x, columns, sums, lane + 2 * LANES);
                }
                case F32, F16, BF16 ->
                    throw new IllegalArgumentException(weights.dtype() + " rows go through the panel");
            }
        }
    }

    private static void multiplyQ8(
            MemorySegment data, long from, long rowBytes, float[] x, int columns, float[] sums, int s) {
        int lane = s % LANES;
        FloatVector s0 = FloatVector.fromArray(VectorLoops.FLOATS, sums, s);
        FloatVector s1 = FloatVector.fromArray(VectorLoops.FLOATS, sums, s + LANES);
        long at = from;
        for (int i = 0; i < columns; i += BLOCK) {
            FloatVector low = FloatVector.fromArray(VectorLoops.FLOATS, x, i + lane);
            FloatVector high = FloatVector.fromArray(VectorLoops.FLOATS, x, i + lane + LANES);
            s0 = addQ8(data, at, lane, low, high, s0);
            s1 = addQ8(data, at + rowBytes, lane, low, high, s1);
            at += DType.Q8_0.blockBytes();
        }
        s0.intoArray(sums, s);
        s1.intoArray(sums, s + LANES);
    }

    private static FloatVector addQ8(
            MemorySegment data, long block, int lane, FloatVector low, FloatVector high, FloatVector sum) {
        float scale = WeightDecoder.scale(data, block);
        FloatVector first = VectorDecoder.q8(data, block + 2 + lane, scale).fma(low, sum);
        return VectorDecoder.q8(data, block + 2 + lane + LANES, scale).fma(high, first);
    }

    private static void multiplyQ4(
            MemorySegment data, long from, long rowBytes, float[] x, int columns, float[] sums, int s) {
        int lane = s % LANES;
        FloatVector s0 = FloatVector.fromArray(VectorLoops.FLOATS, sums, s);
        FloatVector s1 = FloatVector.fromArray(VectorLoops.FLOATS, sums, s + LANES);
        long at = from;
        for (int i = 0; i < columns; i += BLOCK) {
            FloatVector low = FloatVector.fromArray(VectorLoops.FLOATS, x, i + lane);
            FloatVector high = FloatVector.fromArray(VectorLoops.FLOATS, x, i + lane + LANES);
            s0 = addQ4(data, at, lane, low, high, s0);
            s1 = addQ4(data, at + rowBytes, lane, low, high, s1);
            at += DType.Q4_0.blockBytes();
        }
        s0.intoArray(sums, s);
        s1.intoArray(sums, s + LANES);
    }

    private static FloatVector addQ4(
            MemorySegment data, long block, int lane, FloatVector low, FloatVector high, FloatVector sum) {
        float scale = WeightDecoder.scale(data, block);
        ByteVector pairs = VectorDecoder.q4Pairs(data, block + 2 + lane);
        FloatVector first = VectorDecoder.lowQ4(pairs, scale).fma(low, sum);
        return VectorDecoder.highQ4(pairs, scale).fma(high, first);
    }
}
