package dev.molink.kernels;

/**
 * Weights of {@code hidden += down · (silu(gate · n) ∘ (up · n))} with {@code n = norm(hidden)}.
 *
 * @param gate {@code [intermediateSize, hiddenSize]}
 * @param up {@code [intermediateSize, hiddenSize]}
 * @param down {@code [hiddenSize, intermediateSize]}
 */
public record GatedMlpWeights(RmsNorm norm, Linear gate, Linear up, Linear down) {

    public GatedMlpWeights {
        int intermediateSize = gate.weight().rows();
        if (up.weight().rows() != intermediateSize || down.weight().columns() != intermediateSize) {
            throw new IllegalArgumentException("gate has %d outputs, up %d, down %d inputs; they must agree"
                    .formatted(
                            intermediateSize, up.weight().rows(), down.weight().columns()));
        }
    }
}
