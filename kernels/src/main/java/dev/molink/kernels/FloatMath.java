package dev.molink.kernels;

/**
 * Float functions whose bits are ours: plain arithmetic and fused multiply-add in a fixed order, so that interpreter,
 * compiled code and vector lanes agree.
 */
final class FloatMath {

    /** Logical accumulators of every dot product and sum. */
    static final int LANES = 16;

    /** Adding it rounds a small float to a whole number, which then stands in the low mantissa bits. */
    static final float ROUNDING = 12_582_912f;

    static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);
    static final float LOG2_E = (float) 1.4426950408889634;
    static final float LN2_HIGH = 355f / 512;
    static final float LN2_LOW = (float) (0.6931471805599453 - 355.0 / 512);
    static final float EXP_LARGEST = 88f;
    static final float EXP_SMALLEST = -87f;
    static final float C7 = 1f / 5040;
    static final float C6 = 1f / 720;
    static final float C5 = 1f / 120;
    static final float C4 = 1f / 24;
    static final float C3 = 1f / 6;
    static final float C2 = 1f / 2;

    private FloatMath() {}

    /**
     * {@code e^x} within 2 units in the last place on [−87, 88]; 0 below, {@code e^88} above, NaN for NaN. With
     * {@code n = round(x / ln 2)} and {@code r = x − n · ln 2}, it is {@code 2^n} times the series of {@code e^r}.
     */
    static float exp(float x) {
        float limited = Math.max(Math.min(x, EXP_LARGEST), EXP_SMALLEST);
        float shifted = Math.fma(limited, LOG2_E, ROUNDING);
        float n = shifted - ROUNDING;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, limited));
        float series = Math.fma(C7, r, C6);
        series = Math.fma(series, r, C5);
        series = Math.fma(series, r, C4);
        series = Math.fma(series, r, C3);
        series = Math.fma(series, r, C2);
        series = Math.fma(series, r, 1f);
        series = Math.fma(series, r, 1f);
        float power = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) - ROUNDING_BITS + 127) << 23);
        return x < EXP_SMALLEST ? 0f : series * power;
    }

    /** {@code x / (1 + e^−x)}. */
    static float silu(float x) {
        return x / (1f + exp(-x));
    }

    /** Folds 16 partial sums, which it overwrites, in the fixed order. */
    static float foldSum(float[] sums, int offset) {
        for (int width = LANES / 2; width > 0; width /= 2) {
            for (int lane = 0; lane < width; lane++) {
                sums[offset + lane] += sums[offset + lane + width];
            }
        }
        return sums[offset];
    }

    static int roundUpToLanes(int count) {
        return (count + LANES - 1) & -LANES;
    }
}
