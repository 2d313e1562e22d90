package dev.molink.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Rules for rotary angles against their formulas in double precision. */
class RotaryTests {

    private static final int WIDTH = 16;
    private static final double BASE = 10_000;

    @Test
    void turnsEachPairByPositionTimesFrequency() {
        float[] row = row(new RotaryScaling.None(), 37);

        for (int i = 0; i < WIDTH / 2; i++) {
            double angle = 37 / Math.pow(BASE, 2.0 * i / WIDTH);
            assertThat((double) row[i]).isCloseTo(Math.cos(angle), within(5e-6));
            assertThat((double) row[WIDTH / 2 + i]).isCloseTo(Math.sin(angle), within(5e-6));
        }
    }

    @Test
    void linearScalingDividesThePosition() {
        float[] scaled = row(new RotaryScaling.Linear(4), 40);

        assertThat(scaled).containsExactly(row(new RotaryScaling.None(), 10), close());
    }

    @Test
    void divisorsScaleEachFrequencyByItsOwn() {
        float[] divisors = {1, 1, 2, 2, 4, 4, 8, 8};

        float[] scaled = new Rotary(spec(new RotaryScaling.Divisors(divisors))).inverseFrequencies();

        float[] plain = new Rotary(spec(new RotaryScaling.None())).inverseFrequencies();
        for (int i = 0; i < divisors.length; i++) {
            assertThat(scaled[i]).isEqualTo(plain[i] / divisors[i]);
        }
    }

    @Test
    void llama3KeepsShortWavesAndStretchesLongOnes() {
        float[] scaled = new Rotary(spec(new RotaryScaling.Llama3(8, 1, 4, 64))).inverseFrequencies();

        float[] plain = new Rotary(spec(new RotaryScaling.None())).inverseFrequencies();
        assertThat(scaled[0]).isEqualTo(plain[0]);
        assertThat(scaled[7]).isEqualTo(plain[7] / 8);
        assertThat(scaled[2]).isBetween(plain[2] / 8, plain[2]);
    }

    @Test
    void yarnMixesAndRaisesCosineAndSine() {
        Rotary rotary = new Rotary(spec(RotaryScaling.Yarn.of(4, 64)));

        float[] plain = new Rotary(spec(new RotaryScaling.None())).inverseFrequencies();
        assertThat(rotary.attentionFactor()).isEqualTo((float) (0.1 * Math.log(4) + 1));
        assertThat(rotary.inverseFrequencies()[0]).isEqualTo(plain[0]);
        assertThat(rotary.inverseFrequencies()[7]).isCloseTo(plain[7] / 4, within(1e-9f));
    }

    @Test
    void yarnTakesAGivenAttentionFactor() {
        Rotary rotary = new Rotary(spec(new RotaryScaling.Yarn(4, 64, 0.75, 32, 1, 0, 0, true)));

        assertThat(rotary.attentionFactor()).isEqualTo(0.75f);
    }

    @Test
    void dynamicScalingStartsPastTheOriginalContext() {
        RotaryScaling dynamic = new RotaryScaling.Dynamic(2, 32);

        assertThat(row(dynamic, 31)).containsExactly(row(new RotaryScaling.None(), 31));
        assertThat(row(dynamic, 32)).isNotEqualTo(row(new RotaryScaling.None(), 32));
    }

    @Test
    void dynamicScalingRaisesTheBaseWithTheLength() {
        float[] row = row(new RotaryScaling.Dynamic(2, 32), 47);

        double base = BASE * Math.pow(2.0 * 48 / 32 - 1, WIDTH / (WIDTH - 2.0));
        for (int i = 0; i < WIDTH / 2; i++) {
            double angle = 47 / Math.pow(base, 2.0 * i / WIDTH);
            assertThat((double) row[i]).isCloseTo(Math.cos(angle), within(5e-6));
        }
    }

    @Test
    void refusesAnOddWidthAndWrongDivisors() {
        assertThatThrownBy(() -> new RotarySpec(7, BASE, new RotaryScaling.None()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rotary width 7");
        assertThatThrownBy(() -> spec(new RotaryScaling.Divisors(new float[3])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 rotary divisors for 8 frequencies");
    }

    private static Offset<Float> close() {
        return within(1e-5f);
    }

    private static RotarySpec spec(RotaryScaling scaling) {
        return new RotarySpec(WIDTH, BASE, scaling);
    }

    private static float[] row(RotaryScaling scaling, int position) {
        StepBatch batch = new StepBatch();
        batch.addSequence(List.of(0, 1, 2, 3));
        batch.addRow(0, position);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocate(WIDTH * Float.BYTES);
            new Rotary(spec(scaling)).fill(batch, table);
            return table.toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
