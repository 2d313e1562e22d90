package dev.molink.stagenode.model.architecture;

/** What a tensor is in a decoder. Matrices are {@code [outputs, inputs]}, everything else has one dimension. */
public enum TensorRole {
    /** {@code [vocabularySize, hiddenSize]} */
    TOKEN_EMBEDDING(false),
    FINAL_NORM(false),
    /** {@code [vocabularySize, hiddenSize]}; a model with tied embeddings has none */
    LANGUAGE_MODEL_HEAD(false),
    ATTENTION_NORM(true),
    QUERY(true),
    QUERY_BIAS(true),
    KEY(true),
    KEY_BIAS(true),
    VALUE(true),
    VALUE_BIAS(true),
    /** Width {@code headDim}, shared by all query heads. */
    QUERY_NORM(true),
    /** Width {@code headDim}, shared by all key heads. */
    KEY_NORM(true),
    ATTENTION_OUTPUT(true),
    ATTENTION_OUTPUT_BIAS(true),
    MLP_NORM(true),
    MLP_GATE(true),
    MLP_GATE_BIAS(true),
    MLP_UP(true),
    MLP_UP_BIAS(true),
    MLP_DOWN(true),
    MLP_DOWN_BIAS(true);

    private final boolean perLayer;

    TensorRole(boolean perLayer) {
        this.perLayer = perLayer;
    }

    /** Whether every layer has its own. */
    public boolean perLayer() {
        return perLayer;
    }
}
