package dev.molink.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FloatMathTests {

    @Test
    void expIsWithinTwoUnitsInTheLastPlace() {
        for (float x = -87; x <= 88; x += 0.0137f) {
            double exact = Math.exp(x);

            float actual = FloatMath.exp(x);

            assertThat(Math.abs(actual - exact))
                    .as("exp(%s) = %s", x, actual)
                    .isLessThan(2.0 * Math.ulp((float) exact));
        }
    }

    @Test
    void expOfZeroIsOneAndOfFarBelowIsZero() {
        assertThat(FloatMath.exp(0)).isEqualTo(1);
        assertThat(FloatMath.exp(-0f)).isEqualTo(1);
        assertThat(FloatMath.exp(-1000)).isZero();
        assertThat(FloatMath.exp(Float.NEGATIVE_INFINITY)).isZero();
    }

    @Test
    void expPassesNotANumberOnAndStopsAtItsLargest() {
        assertThat(FloatMath.exp(Float.NaN)).isNaN();
        assertThat(FloatMath.exp(Float.POSITIVE_INFINITY))
                .isEqualTo(FloatMath.exp(88))
                .isFinite();
    }

    @Test
    void siluIsFiniteAtBothEnds() {
        assertThat(FloatMath.silu(-3e38f)).isNotNaN();
        assertThat(Math.abs(FloatMath.silu(-200))).isLessThan(1e-30f);
        assertThat(FloatMath.silu(200)).isEqualTo(200);
    }
}
