package dev.molink.stagenode.model.architecture;

import java.util.List;

/**
 * One tensor of the specification, or one in every layer.
 *
 * @param shape what the configuration implies
 * @param checkpointName in Hugging Face checkpoints, without a leading {@code model.}; {@code {layer}} stands for the
 *     layer
 * @param ggufName in GGUF files, likewise
 */
public record TensorSlot(TensorRole role, List<Integer> shape, String checkpointName, String ggufName) {

    static final String LAYER = "{layer}";

    public TensorSlot {
        shape = List.copyOf(shape);
    }

    /** @param layer any number for a tensor that is not per layer */
    public String name(TensorNaming naming, int layer) {
        String pattern = naming == TensorNaming.GGUF ? ggufName : checkpointName;
        return pattern.replace(LAYER, Integer.toString(layer));
    }
}
