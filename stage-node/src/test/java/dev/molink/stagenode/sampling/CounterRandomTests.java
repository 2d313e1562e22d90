package dev.molink.stagenode.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterRandomTests {

    /** The known answers that Random123 publishes for philox4x32 with ten rounds. */
    @Test
    void givesThePublishedAnswersOfPhilox() {
        assertThat(CounterRandom.firstWords(0, 0, 0, 0, 0, 0)).isEqualTo(0xe169c58d_6627e8d5L);
        assertThat(CounterRandom.firstWords(-1, -1, -1, -1, -1, -1)).isEqualTo(0x41c83b0e_408f276dL);
        assertThat(CounterRandom.firstWords(0xa4093822, 0x299f31d0, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
                .isEqualTo(0x94fdcceb_d16cfe09L);
    }

    @Test
    void dependsOnEverySeedWordTheChoiceAndThePosition() {
        long base = CounterRandom.bits(7, 0, 0);

        assertThat(CounterRandom.bits(7, 0, 0)).isEqualTo(base);
        assertThat(new long[] {
                    CounterRandom.bits(8, 0, 0),
                    CounterRandom.bits(7 + (1L << 32), 0, 0),
                    CounterRandom.bits(7, 1, 0),
                    CounterRandom.bits(7, 0, 1)
                })
                .doesNotContain(base)
                .doesNotHaveDuplicates();
    }

    @Test
    void spreadsEvenly() {
        int[] buckets = new int[16];

        for (int position = 0; position < 160_000; position++) {
            buckets[(int) (CounterRandom.bits(42, 3, position) >>> 60)]++;
        }

        double chiSquare = 0;
        for (int count : buckets) {
            chiSquare += (count - 10_000.0) * (count - 10_000.0) / 10_000.0;
        }
        assertThat(chiSquare).as("15 degrees of freedom, 0.1 %% limit").isLessThan(37.7);
    }
}
