package dev.molink.stagenode.model.architecture;

/** Which linear layers add a bias. */
public record Biases(boolean queryKeyValue, boolean attentionOutput, boolean mlp) {}
