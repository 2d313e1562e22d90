package dev.molink.stagenode.sampling;

/**
 * Weights of tokens: {@code e^x} for {@code x ≤ 0} as whole multiples of 2⁻ᵇ, where b leaves room to add up a whole
 * vocabulary in 62 bits (b = 44 for 152,000 tokens). Sums of whole numbers do not depend on the order of addition, so
 * what a filter keeps and what is drawn is the same for every algorithm and on every machine; a token less likely than
 * 2⁻ᵇ⁻¹ times the most likely one is never drawn.
 *
 * <p>The exponential is a Taylor polynomial of {@code x / 128} squared seven times: products and sums of doubles only,
 * which are the same bits everywhere, and a loop that the compiler turns into vector instructions. Its relative error is
 * below 10⁻¹³. {@code StrictMath.exp} took 20 ns a token.
 */
final class TokenWeights {

    /** Below it, every weight is zero: e⁻⁴⁰ is less than 2⁻⁵⁷. */
    static final double SMALLEST_EXPONENT = -40;

    private static final int MAX_FRACTION_BITS = 52;
    private static final int SUM_BITS = 62;
    private static final double REDUCTION = 1.0 / 128;

    private final int fractionBits;
    private final double scale;

    TokenWeights(int vocabularySize) {
        fractionBits =
                Math.min(MAX_FRACTION_BITS, SUM_BITS - (Integer.SIZE - Integer.numberOfLeadingZeros(vocabularySize)));
        scale = Math.scalb(1.0, fractionBits);
    }

    /** Turns {@code values[0 … count − 1]}, exponents up to 0, into weights from {@code weights[first]} on. */
    void weigh(double[] values, int count, long[] weights, int first) {
        exponentiate(values, count);
        for (int i = 0; i < count; i++) {
            weights[first + i] = (long) (values[i] * scale + 0.5);
        }
    }

    private static void exponentiate(double[] values, int count) {
        for (int i = 0; i < count; i++) {
            double x = Math.max(values[i], SMALLEST_EXPONENT) * REDUCTION;
            double y = 1.0 / 479001600;
            y = y * x + 1.0 / 39916800;
            y = y * x + 1.0 / 3628800;
            y = y * x + 1.0 / 362880;
            y = y * x + 1.0 / 40320;
            y = y * x + 1.0 / 5040;
            y = y * x + 1.0 / 720;
            y = y * x + 1.0 / 120;
            y = y * x + 1.0 / 24;
            y = y * x + 1.0 / 6;
            y = y * x + 0.5;
            y = y * x + 1;
            y = y * x + 1;
            y *= y;
            y *= y;
            y *= y;
            y *= y;
            y *= y;
            y *= y;
            values[i] = y * y;
        }
    }

    /** The number of which {@code weight} is a multiple. */
    double value(long weight) {
        return weight / scale;
    }
}
