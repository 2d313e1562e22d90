package dev.molink.kernels;

import static dev.molink.kernels.FloatMath.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The innermost loops in vectors, each small enough for C2 to keep its sums in registers. */
final class VectorLoops {

    /** The widest species that the machine prefers, at most the 16 logical lanes. */
    static final VectorSpecies<Float> FLOATS =
            FloatVector.SPECIES_PREFERRED.length() > LANES ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;

    static final int BITS = FLOATS.vectorBitSize();
    static final ScalarKernels SCALAR = new ScalarKernels();

    private static final int LENGTH = FLOATS.length();
    private static final VectorShuffle<Float> BY_8 = VectorShuffle.iota(FLOATS, 8, 1, true);
    private static final VectorShuffle<Float> BY_4 = VectorShuffle.iota(FLOATS, 4, 1, true);
    private static final VectorShuffle<Float> BY_2 = VectorShuffle.iota(FLOATS, 2, 1, true);

    private VectorLoops() {}

    /**
     * Adds the products of four weight rows and four packed inputs to 4 × 4 × 16 partial sums, {@code [input, row, lane]}.
     *
     * @param w four rows of a panel, {@code stride} apart
     * @param x inputs {@code [columns / 16, 4, 16]} from {@code xOffset}
     * @param count columns
     */
    static void multiply4x4(float[] w, int stride, float[] x, int xOffset, int count, float[] sums, int sumsOffset) {
        int whole = count & -LANES;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            multiply4x4(w, stride, x, xOffset, whole, sums, sumsOffset, lane);
        }
        for (int i = whole; i < count; i++) {
            for (int pair = 0; pair < 16; pair++) {
                int at = sumsOffset + pair * LANES + i - whole;
                float input = x[xOffset + whole * 4 + pair / 4 * LANES + i - whole];
                sums[at] = Math.fma(w[pair % 4 * stride + i], input, sums[at]);
            }
        }
    }

    // 16 sums, 4 inputs and 1 weight: 21 of 32 registers, 16 multiply-adds to 8 loads.
    private static void multiply4x4(
            float[] w, int stride, float[] x, int xOffset, int whole, float[] sums, int sumsOffset, int lane) {
        int s = sumsOffset + lane;
        FloatVector s00 = FloatVector.fromArray(FLOATS, sums, s);
        FloatVector s01 = FloatVector.fromArray(FLOATS, sums, s + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, sums, s + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, sums, s + 3 * LANES);
        FloatVector s10 = FloatVector.fromArray(FLOATS, sums, s + 4 * LANES);
        FloatVector s11 = FloatVector.fromArray(FLOATS, sums, s + 5 * LANES);
        FloatVector s12 = FloatVector.fromArray(FLOATS, sums, s + 6 * LANES);
        FloatVector s13 = FloatVector.fromArray(FLOATS, sums, s + 7 * LANES);
        FloatVector s20 = FloatVector.fromArray(FLOATS, sums, s + 8 * LANES);
        FloatVector s21 = FloatVector.fromArray(FLOATS, sums, s + 9 * LANES);
        FloatVector s22 = FloatVector.fromArray(FLOATS, sums, s + 10 * LANES);
        FloatVector s23 = FloatVector.fromArray(FLOATS, sums, s + 11 * LANES);
        FloatVector s30 = FloatVector.fromArray(FLOATS, sums, s + 12 * LANES);
        FloatVector s31 = FloatVector.fromArray(FLOATS, sums, s + 13 * LANES);
        FloatVector s32 = FloatVector.fromArray(FLOATS, sums, s + 14 * LANES);
        FloatVector s33 = FloatVector.fromArray(FLOATS, sums, s + 15 * LANES);
        for (int i = 0; i < whole; i += LANES) {
            int at = xOffset + i * 4 + lane;
            FloatVector x0 = FloatVector.fromArray(FLOATS, x, at);
            FloatVector x1 = FloatVector.fromArray(FLOATS, x, at + LANES);
            FloatVector x2 = FloatVector.fromArray(FLOATS, x, at + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(FLOATS, x, at + 3 * LANES);
            FloatVector w0 = FloatVector.fromArray(FLOATS, w, i + lane);
            s00 = w0.fma(x0, s00);
            s10 = w0.fma(x1, s10);
            s20 = w0.fma(x2, s20);
            s30 = w0.fma(x3, s30);
            FloatVector w1 = FloatVector.fromArray(FLOATS, w, i + lane + stride);
            s01 = w1.fma(x0, s01);
            s11 = w1.fma(x1, s11);
            s21 = w1.fma(x2, s21);
            s31 = w1.fma(x3, s31);
            FloatVector w2 = FloatVector.fromArray(FLOATS, w, i + lane + 2 * stride);
            s02 = w2.fma(x0, s02);
            s12 = w2.fma(x1, s12);
            s22 = w2.fma(x2, s22);
            s32 = w2.fma(x3, s32);
            FloatVector w3 = FloatVector.fromArray(FLOATS, w, i + lane + 3 * stride);
            s03 = w3.fma(x0, s03);
            s13 = w3.fma(x1, s13);
            s23 = w3.fma(x2, s23);
            s33 = w3.fma(x3, s33);
        }
        s00.intoArray(sums, s);
        s01.intoArray(sums, s + LANES);
        s02.intoArray(sums, s + 2 * LANES);
        s03.intoArray(sums, s + 3 * LANES);
        s10.intoArray(sums, s + 4 * LANES);
        s11.intoArray(sums, s + 5 * LANES);
        s12.intoArray(sums, s + 6 * LANES);
        s13.intoArray(sums, s + 7 * LANES);
        s20.intoArray(sums, s + 8 * LANES);
        s21.intoArray(sums, s + 9 * LANES);
        s22.intoArray(sums, s + 10 * LANES);
        s23.intoArray(sums, s + 11 * LANES);
        s30.intoArray(sums, s + 12 * LANES);
        s31.intoArray(sums, s + 13 * LANES);
        s32.intoArray(sums, s + 14 * LANES);
        s33.intoArray(sums, s + 15 * LANES);
    }

    /** As {@link #multiply4x4} for one input, a plain row of {@code x}; 4 × 16 partial sums. */
    static void multiply4x1(float[] w, int stride, float[] x, int xOffset, int count, float[] sums, int sumsOffset) {
        int whole = count & -LANES;
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            multiply4x1(w, stride, x, xOffset, whole, sums, sumsOffset, lane);
        }
        for (int i = whole; i < count; i++) {
            for (int row = 0; row < 4; row++) {
                int at = sumsOffset + row * LANES + i - whole;
                sums[at] = Math.fma(w[row * stride + i], x[xOffset + i], sums[at]);
            }
        }
    }

    private static void multiply4x1(
            float[] w, int stride, float[] x, int xOffset, int whole, float[] sums, int sumsOffset, int lane) {
        int s = sumsOffset + lane;
        FloatVector s0 = FloatVector.fromArray(FLOATS, sums, s);
        FloatVector s1 = FloatVector.fromArray(FLOATS, sums, s + LANES);
        FloatVector s2 = FloatVector.fromArray(FLOATS, sums, s + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(FLOATS, sums, s + 3 * LANES);
        for (int i = lane; i < whole; i += LANES) {
            FloatVector input = FloatVector.fromArray(FLOATS, x, xOffset + i);
            s0 = FloatVector.fromArray(FLOATS, w, i).fma(input, s0);
            s1 = FloatVector.fromArray(FLOATS, w, i + stride).fma(input, s1);
            s2 = FloatVector.fromArray(FLOATS, w, i + 2 * stride).fma(input, s2);
            s3 = FloatVector.fromArray(FLOATS, w, i + 3 * stride).fma(input, s3);
        }
        s0.intoArray(sums, s);
        s1.intoArray(sums, s + LANES);
        s2.intoArray(sums, s + 2 * LANES);
        s3.intoArray(sums, s + 3 * LANES);
    }

    /** {@link FloatMath#foldSum} by shuffles; a quarter of its time. */
    static float foldSum(float[] sums, int offset) {
        FloatVector folded = FloatVector.fromArray(FLOATS, sums, offset);
        if (LENGTH == 8) {
            folded = folded.add(FloatVector.fromArray(FLOATS, sums, offset + 8));
        } else if (LENGTH == 4) {
            FloatVector even = folded.add(FloatVector.fromArray(FLOATS, sums, offset + 8));
            folded = even.add(FloatVector.fromArray(FLOATS, sums, offset + 4)
                    .add(FloatVector.fromArray(FLOATS, sums, offset + 12)));
        } else {
            folded = folded.add(folded.rearrange(BY_8));
        }
        if (LENGTH >= 8) {
            folded = folded.add(folded.rearrange(BY_4));
        }
        folded = folded.add(folded.rearrange(BY_2));
        return folded.lane(0) + folded.lane(1);
    }

    /**
     * Turns scores into {@code e^(score − largest)} and returns their sum, as {@link ScalarKernels} does.
     *
     * @param count a multiple of 16; the first and last scores may be −infinity
     */
    static float expSum(float[] scores, int offset, int count, float[] sums) {
        exponentials(scores, offset, count, largest(scores, offset, count, sums));
        for (int lane = 0; lane < LANES; lane += LENGTH) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = offset + lane; i < offset + count; i += LANES) {
                sum = sum.add(FloatVector.fromArray(FLOATS, scores, i));
            }
            sum.intoArray(sums, lane);
        }
        return FloatMath.foldSum(sums, 0);
    }

    private static float largest(float[] scores, int offset, int count, float[] sums) {
        FloatVector lanes = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        for (int i = offset; i < offset + count; i += LENGTH) {
            lanes = lanes.max(FloatVector.fromArray(FLOATS, scores, i));
        }
        lanes.intoArray(sums, 0);
        float largest = sums[0];
        for (int i = 1; i < LENGTH; i++) {
            largest = Math.max(largest, sums[i]);
        }
        return largest;
    }

    /**
     * {@code values[i] = e^(values[i] − minus)}, as {@link FloatMath#exp} computes it. A loop of its own, because a vector
     * that is handed to a method becomes an object wherever C2 does not inline that.
     *
     * @param count a multiple of the vector length
     */
    private static void exponentials(float[] values, int offset, int count, float minus) {
        for (int i = offset; i < offset + count; i += LENGTH) {
            FloatVector x = FloatVector.fromArray(FLOATS, values, i).sub(minus);
            FloatVector limited = x.min(FloatMath.EXP_LARGEST).max(FloatMath.EXP_SMALLEST);
            FloatVector shifted = limited.fma(FloatMath.LOG2_E, FloatMath.ROUNDING);
            FloatVector n = shifted.sub(FloatMath.ROUNDING);
            FloatVector high = n.fma(FloatVector.broadcast(FLOATS, -FloatMath.LN2_HIGH), limited);
            FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -FloatMath.LN2_LOW), high);
            FloatVector series = r.fma(FloatMath.C7, FloatMath.C6);
            series = series.fma(r, FloatVector.broadcast(FLOATS, FloatMath.C5));
            series = series.fma(r, FloatVector.broadcast(FLOATS, FloatMath.C4));
            series = series.fma(r, FloatVector.broadcast(FLOATS, FloatMath.C3));
            series = series.fma(r, FloatVector.broadcast(FLOATS, FloatMath.C2));
            series = series.fma(r, FloatVector.broadcast(FLOATS, 1));
            series = series.fma(r, FloatVector.broadcast(FLOATS, 1));
            IntVector exponent = shifted.reinterpretAsInts().sub(FloatMath.ROUNDING_BITS - 127);
            FloatVector power = exponent.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
            VectorMask<Float> vanishes = x.lt(FloatMath.EXP_SMALLEST);
            series.mul(power).blend(0f, vanishes).intoArray(values, i);
        }
    }

    static void divide(float[] values, int offset, int count, float divisor) {
        for (int i = offset; i < offset + count; i += LENGTH) {
            FloatVector.fromArray(FLOATS, values, i).div(divisor).intoArray(values, i);
        }
    }

    static void siluTimes(float[] gate, float[] up, int offset, int count, Scratch scratch) {
        int whole = FLOATS.loopBound(count);
        float[] exponentials = scratch.row(whole);
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector.fromArray(FLOATS, gate, offset + i).neg().intoArray(exponentials, i);
        }
        exponentials(exponentials, 0, whole, 0);
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector divisor = FloatVector.fromArray(FLOATS, exponentials, i).add(1f);
            FloatVector.fromArray(FLOATS, gate, offset + i)
                    .div(divisor)
                    .mul(FloatVector.fromArray(FLOATS, up, offset + i))
                    .intoArray(gate, offset + i);
        }
        SCALAR.siluTimes(gate, up, offset + whole, count - whole, scratch);
    }
}
