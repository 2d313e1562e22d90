package dev.molink.stagenode.model.architecture;

import dev.molink.kernels.PairLayout;
import dev.molink.stagenode.model.format.ConfigValues;
import java.util.List;

/** Qwen2 and Qwen2.5: query, key and value always have a bias, which no key of the configuration says. */
final class Qwen2Architecture implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("qwen2");
    }

    @Override
    public ModelConfig read(ConfigValues values) {
        return DecoderConfigReader.read(
                "qwen2", values, new Biases(true, false, false), false, SlidingWindows.WHEN_ENABLED);
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
