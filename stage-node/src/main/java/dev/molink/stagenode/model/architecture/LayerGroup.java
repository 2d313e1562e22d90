package dev.molink.stagenode.model.architecture;

import java.util.List;

/**
 * Layers that keep the same positions, and so share KV block tables: a KV group.
 *
 * @param windowTokens positions that a query sees, its own included; 0: all before it
 * @param layers in rising order; not empty
 */
public record LayerGroup(int windowTokens, List<Integer> layers) {

    public LayerGroup {
        layers = List.copyOf(layers);
    }

    /** How many of the group's layers stand before {@code layer} and within {@code range}. */
    public int layersBefore(int layer, LayerRange range) {
        return (int) layers.stream()
                .filter(each -> range.contains(each) && each < layer)
                .count();
    }
}
