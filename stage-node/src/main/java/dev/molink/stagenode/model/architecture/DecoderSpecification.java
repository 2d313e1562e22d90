package dev.molink.stagenode.model.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a decoder computes and which tensors it needs: RMS norms, rotary positions, grouped-query attention, a gated SiLU
 * MLP, with the variations that {@code config} states. A tensor that is not among {@code slots} is absent from the
 * computation (a bias, a query norm).
 */
public record DecoderSpecification(ModelConfig config, List<TensorSlot> slots) {

    public DecoderSpecification {
        slots = List.copyOf(slots);
    }

    /** All layers of the model. */
    public LayerRange allLayers() {
        return new LayerRange(0, config.layers());
    }

    /**
     * The tensors that a stage with these layers needs: its layers, the embedding for the first stage, final norm and
     * head for the last, where tied embeddings are the head.
     */
    public Map<TensorId, TensorSlot> tensors(LayerRange range) {
        Map<TensorId, TensorSlot> needed = new LinkedHashMap<>();
        for (TensorSlot slot : slots) {
            for (TensorId id : ids(slot.role(), range)) {
                needed.put(id, slot);
            }
        }
        return needed;
    }

    private List<TensorId> ids(TensorRole role, LayerRange range) {
        List<TensorId> ids = new ArrayList<>();
        if (role.perLayer()) {
            for (int layer = range.first(); layer < range.end(); layer++) {
                ids.add(new TensorId(role, layer));
            }
        } else if (needs(range, role)) {
            ids.add(TensorId.of(role));
        }
        return ids;
    }

    private boolean needs(LayerRange range, TensorRole role) {
        boolean last = range.end() == config.layers();
        if (role == TensorRole.TOKEN_EMBEDDING) {
            return range.first() == 0 || (last && config.tiedEmbeddings());
        }
        return last;
    }
}
