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
 * @param kvGroups KV groups of the whole model
 * @param embedding {@code [vocabulary, hiddenSize]} on the first stage, null elsewhere
 * @param layers the stage's layers in order; at least one
 * @param head on the last stage, null elsewhere
 */
record StageWeights(
        int hiddenSize,
        RotarySpec rotary,
        List<KvGroup> kvGroups,
        @Nullable Tensor embedding,
        List<Layer> layers,
        @Nullable Head head) {

    StageWeights {
        kvGroups = List.copyOf(kvGroups);
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("a stage needs at least one layer");
        }
    }

    /**
     * A KV group of the model and how many of its layers are this stage's.
     *
     * @param windowTokens positions that a query sees; 0: all before it
     */
    record KvGroup(int windowTokens, int layers) {}

    /**
     * One decoder layer: attention and MLP, each added to the hidden state.
     *
     * @param kvGroup KV group that keeps its keys and values
     * @param kvLayer its number among this stage's layers of the group
     * @param output {@code [hiddenSize, heads · headWidth]}
     */
    record Layer(int kvGroup, int kvLayer, AttentionWeights attention, Linear output, GatedMlpWeights mlp) {}

    /** Final norm and language-model head {@code [vocabulary, hiddenSize]}. */
    record Head(RmsNorm norm, Linear projection) {

        int vocabularySize() {
            return projection.weight().rows();
        }
    }
}
