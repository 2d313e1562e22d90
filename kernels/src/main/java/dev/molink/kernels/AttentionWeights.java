package dev.molink.kernels;

import org.jspecify.annotations.Nullable;

/**
 * What {@link TensorOps#projectQueriesKeysValues} needs of a layer.
 *
 * @param norm applied to the hidden state first
 * @param query {@code [heads · headWidth, hiddenSize]}
 * @param key {@code [kvHeads · headWidth, hiddenSize]}
 * @param value {@code [kvHeads · headWidth, hiddenSize]}
 * @param queryNorm applied to each query head before rotation, width {@code headWidth}
 * @param keyNorm applied to each key head before rotation, width {@code headWidth}
 */
public record AttentionWeights(
        AttentionShape shape,
        RmsNorm norm,
        Linear query,
        Linear key,
        Linear value,
        @Nullable RmsNorm queryNorm,
        @Nullable RmsNorm keyNorm) {

    public AttentionWeights {
        requireOutputs("query", query, shape.queryColumns());
        requireOutputs("key", key, shape.keyColumns());
        requireOutputs("value", value, shape.keyColumns());
        requireWidth("query norm", queryNorm, shape.headWidth());
        requireWidth("key norm", keyNorm, shape.headWidth());
    }

    private static void requireOutputs(String name, Linear linear, int outputs) {
        if (linear.weight().rows() != outputs) {
            throw new IllegalArgumentException("%s projection has %d outputs, the attention shape asks for %d"
                    .formatted(name, linear.weight().rows(), outputs));
        }
    }

    private static void requireWidth(String name, @Nullable RmsNorm norm, int width) {
        if (norm != null && norm.weight().columns() != width) {
            throw new IllegalArgumentException("%s has width %d, a head has %d"
                    .formatted(name, norm.weight().columns(), width));
        }
    }
}
