package dev.molink.stagenode.model.architecture;

import java.util.List;

/**
 * Layers whose queries see only the last {@code tokens} positions, their own included.
 *
 * @param layers in rising order; not empty
 */
public record SlidingWindow(int tokens, List<Integer> layers) {

    public SlidingWindow {
        layers = List.copyOf(layers);
    }
}
