package dev.molink.stagenode.model.architecture;

import dev.molink.kernels.PairLayout;
import dev.molink.stagenode.model.format.ConfigValues;
import java.util.List;
import java.util.stream.Collectors;

/** The architectures that can be loaded. */
public final class Architectures {

    private static final List<Architecture> ALL =
            List.of(new LlamaArchitecture(), new Qwen2Architecture(), new Qwen3Architecture());

    private Architectures() {}

    /** Finds the architecture by {@code model_type}, reads the configuration and turns it into a specification. */
    public static DecoderSpecification specify(ConfigValues values) {
        Architecture architecture = find(values);
        return architecture.specify(architecture.read(values));
    }

    /** The specification for other values of a configuration that was read before. */
    public static DecoderSpecification specify(ConfigValues values, ModelConfig config) {
        return find(values).specify(config);
    }

    /**
     * The specification of a configuration that came from elsewhere than a file.
     *
     * @throws IllegalArgumentException if its architecture is unknown
     */
    public static DecoderSpecification specify(ModelConfig config) {
        return ALL.stream()
                .filter(each -> each.modelTypes().contains(config.architecture()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "architecture '%s' is unknown; allowed: %s".formatted(config.architecture(), known())))
                .specify(config);
    }

    /** Which elements a GGUF file of this architecture pairs. */
    public static PairLayout ggufPairLayout(ConfigValues values) {
        return find(values).ggufPairLayout();
    }

    private static Architecture find(ConfigValues values) {
        String modelType = values.textOr("model_type", "");
        return ALL.stream()
                .filter(each -> each.modelTypes().contains(modelType))
                .findFirst()
                .orElseThrow(() -> values.refused(
                        "model_type", modelType.isEmpty() ? "missing" : '"' + modelType + '"', "one of " + known()));
    }

    private static String known() {
        return ALL.stream().flatMap(each -> each.modelTypes().stream()).collect(Collectors.joining(", "));
    }
}
