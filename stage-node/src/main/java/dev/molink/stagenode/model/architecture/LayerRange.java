package dev.molink.stagenode.model.architecture;

import java.util.List;
import java.util.stream.IntStream;

/** Half-open range of decoder layers: {@code first … end - 1}. */
public record LayerRange(int first, int end) {

    public LayerRange {
        if (first < 0 || end <= first) {
            throw new IllegalArgumentException("layer range [%d, %d) holds no layer".formatted(first, end));
        }
    }

    /**
     * The range of a model with {@code layers} layers.
     *
     * @param end exclusive; -1 stands for {@code layers}
     * @throws IllegalArgumentException if the range is empty or reaches outside the model
     */
    public static LayerRange of(int first, int end, int layers) {
        int last = end == -1 ? layers : end;
        if (first < 0 || last > layers || last <= first) {
            throw new IllegalArgumentException(
                    "layer range [%d, %d) does not fit a model of %d layers; allowed is 0 <= first < end <= %d, or -1 for the last"
                            .formatted(first, end, layers, layers));
        }
        return new LayerRange(first, last);
    }

    /**
     * A model's layers cut evenly; where that leaves a rest, later stages have one layer more.
     *
     * @throws IllegalArgumentException if a stage would have none
     */
    public static List<LayerRange> even(int layers, int stages) {
        if (stages < 1 || stages > layers) {
            throw new IllegalArgumentException(
                    "%d stages cannot share %d layers; 1 … %d can".formatted(stages, layers, layers));
        }
        return IntStream.range(0, stages)
                .mapToObj(stage -> new LayerRange(stage * layers / stages, (stage + 1) * layers / stages))
                .toList();
    }

    public int layers() {
        return end - first;
    }

    public boolean contains(int layer) {
        return layer >= first && layer < end;
    }

    @Override
    public String toString() {
        return "[%d, %d)".formatted(first, end);
    }
}
