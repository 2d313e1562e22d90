package dev.molink.stagenode.model.architecture;

import dev.molink.kernels.PairLayout;
import dev.molink.stagenode.model.format.ConfigValues;
import java.util.List;

/** Llama and what has its shape: grouped-query attention, optional biases; Mistral adds a sliding window. */
final class LlamaArchitecture implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("llama", "mistral");
    }

    @Override
    public ModelConfig read(ConfigValues values) {
        boolean attentionBias = values.flagOr("attention_bias", false);
        Biases biases = new Biases(attentionBias, attentionBias, values.flagOr("mlp_bias", false));
        SlidingWindows windows =
                values.textOr("model_type", "").equals("mistral") ? SlidingWindows.EVERY_LAYER : SlidingWindows.NONE;
        return DecoderConfigReader.read("llama", values, biases, false, windows);
    }

    @Override
    public DecoderSpecification specify(ModelConfig config) {
        return new DecoderSpecification(config, DecoderTensors.of(config));
    }

    /** The converter permutes query and key rows of this family. */
    @Override
    public PairLayout ggufPairLayout() {
        return PairLayout.NEIGHBOURS;
    }
}
