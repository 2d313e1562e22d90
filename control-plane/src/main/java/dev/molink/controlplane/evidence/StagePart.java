package dev.molink.controlplane.evidence;

/**
 * Which part of a pipeline a stage is.
 *
 * @param firstLayer half-open: its layers are {@code firstLayer … endLayer − 1}
 * @param modelLayers layers of the whole model
 */
public record StagePart(String pipeline, String model, int firstLayer, int endLayer, int modelLayers) {

    public StagePart {
        if (firstLayer < 0 || endLayer <= firstLayer || endLayer > modelLayers) {
            throw new IllegalArgumentException(
                    "layers [%d, %d) are no part of a model of %d layers".formatted(firstLayer, endLayer, modelLayers));
        }
    }

    /** Whether it samples: its rows are those that tokens are proved against. */
    public boolean isLast() {
        return endLayer == modelLayers;
    }
}
