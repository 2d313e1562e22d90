package dev.molink.stagenode.model.architecture;

import dev.molink.stagenode.model.format.ConfigValues;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How an architecture's configuration says which layers have a sliding window. */
enum SlidingWindows {
    /** The architecture has none, whatever the configuration holds. */
    NONE,
    /** {@code sliding_window}, when it is there, holds for every layer, or for those that {@code layer_types} lists. */
    EVERY_LAYER,
    /** {@code use_sliding_window} switches it on from layer {@code max_window_layers} on, or as {@code layer_types} lists. */
    WHEN_ENABLED;

    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";

    @Nullable
    SlidingWindow read(ConfigValues values, int layers, int maxPositions) {
        boolean enabled = this == EVERY_LAYER || (this == WHEN_ENABLED && values.flagOr("use_sliding_window", false));
        int tokens = values.intOr("sliding_window", 0, 0, Limits.POSITIONS);
        if (!enabled || tokens == 0 || tokens >= maxPositions) {
            return null;
        }
        List<Integer> windowed = windowedLayers(values, layers);
        return windowed.isEmpty() ? null : new SlidingWindow(tokens, windowed);
    }

    private List<Integer> windowedLayers(ConfigValues values, int layers) {
        List<String> types = values.texts("layer_types");
        if (!types.isEmpty()) {
            requireKnown(values, types, layers);
            return IntStream.range(0, layers)
                    .filter(layer -> types.get(layer).equals(SLIDING))
                    .boxed()
                    .toList();
        }
        int first = this == EVERY_LAYER ? 0 : values.intOr("max_window_layers", 28, 0, Limits.LAYERS);
        return IntStream.range(Math.min(first, layers), layers).boxed().toList();
    }

    private static void requireKnown(ConfigValues values, List<String> types, int layers) {
        if (types.size() != layers) {
            throw values.refused(
                    "layer_types",
                    "a list of %d".formatted(types.size()),
                    "one entry for each of %d layers".formatted(layers));
        }
        for (String type : types) {
            if (!type.equals(SLIDING) && !type.equals(FULL)) {
                throw values.refused("layer_types", '"' + type + '"', SLIDING + " or " + FULL);
            }
        }
    }
}
