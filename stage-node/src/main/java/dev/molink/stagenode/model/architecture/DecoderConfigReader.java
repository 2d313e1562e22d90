package dev.molink.stagenode.model.architecture;

import dev.molink.kernels.PairLayout;
import dev.molink.stagenode.model.format.ConfigValues;
import java.util.List;

/** Reads the keys that the architectures share, under the names of {@code config.json}. */
final class DecoderConfigReader {

    private static final double MAX_EPSILON = 0.1;

    private DecoderConfigReader() {}

    static ModelConfig read(
            String architecture, ConfigValues values, Biases biases, boolean queryKeyNorm, SlidingWindows windows) {
        requireComputable(values);
        int layers = values.requireInt("num_hidden_layers", 1, Limits.LAYERS);
        int hiddenSize = values.requireInt("hidden_size", 1, Limits.HIDDEN_SIZE);
        int heads = values.requireInt("num_attention_heads", 1, Limits.HEADS);
        int headDim = headDim(values, hiddenSize, heads);
        int vocabularySize = values.requireInt("vocab_size", 1, Limits.VOCABULARY);
        int maxPositions = values.requireInt("max_position_embeddings", 1, Limits.POSITIONS);
        List<Integer> begin = values.oneOrManyInts("bos_token_id", 0, vocabularySize - 1);
        return new ModelConfig(
                architecture,
                layers,
                hiddenSize,
                values.requireInt("intermediate_size", 1, Limits.INTERMEDIATE_SIZE),
                heads,
                keyValueHeads(values, heads),
                headDim,
                vocabularySize,
                values.numberOr("rms_norm_eps", 1e-6, Double.MIN_NORMAL, MAX_EPSILON),
                RotaryReader.read(values, headDim, maxPositions),
                PairLayout.HALVES,
                biases,
                queryKeyNorm,
                values.flagOr("tie_word_embeddings", false),
                maxPositions,
                windows.read(values, layers, maxPositions),
                begin.isEmpty() ? null : begin.getFirst(),
                values.oneOrManyInts("eos_token_id", 0, vocabularySize - 1));
    }

    private static void requireComputable(ConfigValues values) {
        String activation = values.textOr("hidden_act", "silu");
        if (!activation.equals("silu")) {
            throw values.refused("hidden_act", '"' + activation + '"', "silu");
        }
        if (values.has("quantization_config")) {
            throw values.refused(
                    "quantization_config is set; checkpoints of F32, F16 and BF16 tensors can be loaded, and quantised ones as GGUF");
        }
    }

    private static int headDim(ConfigValues values, int hiddenSize, int heads) {
        if (!values.has("head_dim") && hiddenSize % heads != 0) {
            throw values.refused(
                    "num_attention_heads",
                    heads,
                    "a divisor of hidden_size %d where head_dim is absent".formatted(hiddenSize));
        }
        int headDim = values.intOr("head_dim", hiddenSize / heads, 1, Limits.HEAD_DIM);
        if (headDim < 2 || headDim % 2 != 0) {
            throw values.refused("head_dim", headDim, "an even number, since rotary positions turn pairs");
        }
        return headDim;
    }

    private static int keyValueHeads(ConfigValues values, int heads) {
        int keyValueHeads = values.intOr("num_key_value_heads", heads, 1, heads);
        if (heads % keyValueHeads != 0) {
            throw values.refused(
                    "num_key_value_heads", keyValueHeads, "a divisor of %d attention heads".formatted(heads));
        }
        return keyValueHeads;
    }
}
