package dev.molink.stagenode.model.architecture;

import dev.molink.kernels.PairLayout;
import dev.molink.stagenode.model.format.ConfigValues;
import java.util.List;

/** Qwen3, dense: query and key heads are normalised, and heads have a width of their own. */
final class Qwen3Architecture implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("qwen3");
    }

    @Override
    public ModelConfig read(ConfigValues values) {
        values.requireInt("head_dim", 2, Limits.HEAD_DIM);
        boolean bias = values.flagOr("attention_bias", false);
        return DecoderConfigReader.read(
                "qwen3", values, new Biases(bias, bias, false), true, SlidingWindows.WHEN_ENABLED);
    }

    @Override
    public DecoderSpecification specify(ModelConfig config) {
        return new DecoderSpecification(config, DecoderTensors.of(config));
    }

    @Override
    public PairLayout ggufPairLayout() {
        return PairLayout.HALVES;
    }
}
