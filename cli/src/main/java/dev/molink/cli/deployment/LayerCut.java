package dev.molink.cli.deployment;

import java.util.List;
import java.util.stream.IntStream;

/** A stage's half-open layer range {@code [first, end)}. */
public record LayerCut(int first, int end) {

    /**
     * Cuts the layers {@code [first, end)} into {@code stages} ranges whose sizes differ by one at most; the last one,
     * whose stage may hold the output head as well, is never the larger one.
     */
    public static List<LayerCut> evenly(int first, int end, int stages) {
        int layers = end - first;
        if (first < 0 || layers < 1) {
            throw new IllegalArgumentException("layers [%d, %d) hold no layer".formatted(first, end));
        }
        if (stages < 1 || stages > layers) {
            throw new IllegalArgumentException(
                    "--stages %d: 1 to %d stages are possible for %d layers".formatted(stages, layers, layers));
        }
        return IntStream.range(0, stages)
                .mapToObj(stage ->
                        new LayerCut(first + start(layers, stages, stage), first + start(layers, stages, stage + 1)))
                .toList();
    }

    private static int start(int layers, int stages, int stage) {
        return stage * (layers / stages) + Math.min(stage, layers % stages);
    }

    @Override
    public String toString() {
        return "[%d, %d)".formatted(first, end);
    }
}
