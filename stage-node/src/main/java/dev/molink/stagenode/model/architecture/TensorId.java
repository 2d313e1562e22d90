package dev.molink.stagenode.model.architecture;

/**
 * One tensor of one model.
 *
 * @param layer -1 when the role is not per layer
 */
public record TensorId(TensorRole role, int layer) {

    public static final int NO_LAYER = -1;

    public static TensorId of(TensorRole role) {
        return new TensorId(role, NO_LAYER);
    }

    public TensorId {
        if (role.perLayer() != (layer >= 0)) {
            throw new IllegalArgumentException("%s with layer %d".formatted(role, layer));
        }
    }

    @Override
    public String toString() {
        return role.perLayer() ? "%s of layer %d".formatted(role, layer) : role.toString();
    }
}
