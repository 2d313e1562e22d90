package dev.molink.stagenode.execution;

import dev.molink.kernels.AttentionWeights;
import dev.molink.kernels.GatedMlpWeights;
import dev.molink.kernels.Linear;
import dev.molink.kernels.RmsNorm;
import dev.molink.kernels.RotarySpec;
import dev.molink.kernels.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one stage, on its device.
 *
 * @param embedding {@code [vocabulary, hiddenSize]} on the first stage, null elsewhere
 * @param layers the stage's layers in order; at least one
 * @param head on the last stage, null elsewhere
 */
record StageWeights(
        int hiddenSize,
        RotarySpec rotary,
        @Nullable Tensor embedding,
        List<Layer> layers,
        @Nullable Head head) {

    StageWeights {
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("a stage needs at least one layer");
        }
    }

    /**
     * One decoder layer: attention and MLP, each added to the hidden state.
     *
     * @param output {@code [hiddenSize, heads · headWidth]}
     */
    record Layer(AttentionWeights attention, Linear output, GatedMlpWeights mlp) {}

    /** Final norm and language-model head {@code [vocabulary, hiddenSize]}. */
    record Head(RmsNorm norm, Linear projection) {

        int vocabularySize() {
            return projection.weight().rows();
        }
    }
}
