package dev.molink.stagenode.model.architecture;

import dev.molink.kernels.PairLayout;
import dev.molink.stagenode.model.format.ConfigValues;
import java.util.List;

/** A family of decoders. */
interface Architecture {

    /** Values of {@code model_type} in {@code config.json}, and of {@code general.architecture} in GGUF, that mean it. */
    List<String> modelTypes();

    /** Reads and checks the configuration, whose keys are those of {@code config.json}. */
    ModelConfig read(ConfigValues values);

    /** What to compute, and the names of the tensors. */
    DecoderSpecification specify(ModelConfig config);

    /** Which elements a GGUF file of this family pairs in its query and key rows. */
    PairLayout ggufPairLayout();
}
