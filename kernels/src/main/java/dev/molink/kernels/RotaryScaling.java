package dev.molink.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How rotary frequencies are stretched past the context that the model was first trained on. The formulas are those of
 * Hugging Face transformers' {@code modeling_rope_utils}.
 */
public sealed interface RotaryScaling {

    /** No change. */
    record None() implements RotaryScaling {}

    /** Every frequency divided by {@code factor}. */
    record Linear(double factor) implements RotaryScaling {}

    /** Llama 3.1: long waves divided by {@code factor}, short ones kept, a ramp between. */
    record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext)
            implements RotaryScaling {}

    /**
     * YaRN (arXiv 2309.00071).
     *
     * @param attentionFactor factor on cosine and sine; null computes it from {@code factor}, {@code mscale} and
     *     {@code mscaleAllDim}
     * @param mscale 0 when the config has none
     * @param mscaleAllDim 0 when the config has none
     * @param truncate whether the ramp's ends are rounded outwards to whole dimensions
     */
    record Yarn(
            double factor,
            int originalContext,
            @Nullable Double attentionFactor,
            double betaFast,
            double betaSlow,
            double mscale,
            double mscaleAllDim,
            boolean truncate)
            implements RotaryScaling {

        /** The usual betas, attention factor from {@code factor}. */
        public static Yarn of(double factor, int originalContext) {
            return new Yarn(factor, originalContext, null, 32, 1, 0, 0, true);
        }
    }

    /**
     * Dynamic NTK: past {@code originalContext} the base grows with the sequence length. The length that counts for a
     * position is the position itself plus one, as when tokens are generated one by one over a cache; so a key is
     * rotated the same whether its prompt was computed whole or in pieces.
     */
    record Dynamic(double factor, int originalContext) implements RotaryScaling {}

    /** Frequency {@code i} divided by {@code divisors[i]}: GGUF's {@code rope_freqs.weight}. */
    @SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, equality by content
    record Divisors(float[] divisors) implements RotaryScaling {

        public Divisors {
            divisors = divisors.clone();
        }

        @Override
        public float[] divisors() {
            return divisors.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Divisors that && Arrays.equals(divisors, that.divisors);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(divisors);
        }

        @Override
        public String toString() {
            return "Divisors[%d]".formatted(divisors.length);
        }
    }
}
