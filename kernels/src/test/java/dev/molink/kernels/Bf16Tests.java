package dev.molink.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bf16Tests {

    /** Bits of an f32 and of the bf16 that it becomes. */
    @ParameterizedTest
    @CsvSource({
        "3f800000, 3f80", // 1 is exact
        "3f807fff, 3f80", // just below the middle
        "3f808000, 3f80", // the middle goes to the even one, here below
        "3f818000, 3f82", // and here above
        "3f808001, 3f81", // just above the middle
        "bf808001, bf81", // alike below zero
        "7f7fffff, 7f80", // the largest float rounds to infinity
        "7f800000, 7f80",
        "ff800000, ff80",
        "80000000, 8000",
        "00000001, 0000",
        "7f800001, 7fc0", // a NaN whose mantissa lies in the lower half stays one
        "ffc12345, ffc1"
    })
    void roundsToTheNearestEven(String f32, String bf16) {
        float value = Float.intBitsToFloat(Integer.parseUnsignedInt(f32, 16));

        short rounded = Bf16.fromFloat(value);

        assertThat(Integer.toHexString(rounded & 0xFFFF)).isEqualTo(Integer.toHexString(Integer.parseInt(bf16, 16)));
    }

    @Test
    void isNeverFurtherThanHalfAStep() {
        Random random = new Random(11);
        for (int i = 0; i < 10_000; i++) {
            float value = (float) random.nextGaussian();

            float rounded = Bf16.toFloat(Bf16.fromFloat(value));

            assertThat(Math.abs(rounded - value)).isLessThanOrEqualTo(Math.abs(value) / 256);
        }
    }
}
