package dev.molink.stagenode.model.architecture;

import dev.molink.kernels.AttentionShape;
import dev.molink.kernels.PairLayout;
import dev.molink.kernels.RotaryScaling;
import dev.molink.kernels.RotarySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A decoder's configuration, the same whether it came from {@code config.json} in its older or newer form or from GGUF
 * metadata. Every number is within the limits of {@link Limits}.
 *
 * @param architecture family that computes it: {@code llama}, {@code qwen2}, {@code qwen3}
 * @param headDim width of one head; need not be {@code hiddenSize / attentionHeads}
 * @param rotary rule for rotary angles over the whole head
 * @param pairLayout which elements the stored query and key rows pair
 * @param queryKeyNorm whether each query and key head is normalised before rotation
 * @param maxPositions as configured, before any stretching by {@code rotary}
 * @param slidingWindow null when every layer sees every position
 * @param endTokenIds ids that end a generation, from configuration and generation defaults; may be empty
 */
public record ModelConfig(
        String architecture,
        int layers,
        int hiddenSize,
        int intermediateSize,
        int attentionHeads,
        int keyValueHeads,
        int headDim,
        int vocabularySize,
        double normEpsilon,
        RotarySpec rotary,
        PairLayout pairLayout,
        Biases biases,
        boolean queryKeyNorm,
        boolean tiedEmbeddings,
        int maxPositions,
        @Nullable SlidingWindow slidingWindow,
        @Nullable Integer beginTokenId,
        List<Integer> endTokenIds) {

    public ModelConfig {
        endTokenIds = List.copyOf(endTokenIds);
    }

    /** Sizes of each attention layer. */
    public AttentionShape attentionShape() {
        float scale = (float) (1 / Math.sqrt(headDim));
        return new AttentionShape(attentionHeads, keyValueHeads, headDim, scale, rotary.width(), pairLayout);
    }

    /** The model's KV groups in the order of their first layers, so that every stage numbers them alike. */
    public List<LayerGroup> layerGroups() {
        List<Integer> all = IntStream.range(0, layers).boxed().toList();
        if (slidingWindow == null) {
            return List.of(new LayerGroup(0, all));
        }
        LayerGroup windowed = new LayerGroup(slidingWindow.tokens(), slidingWindow.layers());
        List<Integer> others = new ArrayList<>(all);
        others.removeAll(slidingWindow.layers());
        if (others.isEmpty()) {
            return List.of(windowed);
        }
        LayerGroup full = new LayerGroup(0, others);
        return others.getFirst() == 0 ? List.of(full, windowed) : List.of(windowed, full);
    }

    /** Tokens that a sequence may have. */
    public int contextTokens() {
        long stretched = switch (rotary.scaling()) {
            case RotaryScaling.Yarn yarn -> Math.max(maxPositions, (long) (yarn.factor() * yarn.originalContext()));
            case RotaryScaling.Dynamic dynamic ->
                Math.max(maxPositions, (long) (dynamic.factor() * dynamic.originalContext()));
            case RotaryScaling.None _, RotaryScaling.Linear _, RotaryScaling.Llama3 _, RotaryScaling.Divisors _ ->
                maxPositions;
        };
        return (int) Math.min(stretched, Limits.POSITIONS);
    }

    /** The same with other end ids. */
    public ModelConfig withEndTokenIds(List<Integer> ids) {
        return new ModelConfig(
                architecture,
                layers,
                hiddenSize,
                intermediateSize,
                attentionHeads,
                keyValueHeads,
                headDim,
                vocabularySize,
                normEpsilon,
                rotary,
                pairLayout,
                biases,
                queryKeyNorm,
                tiedEmbeddings,
                maxPositions,
                slidingWindow,
                beginTokenId,
                ids);
    }

    /** The same with the rotary rule and pair layout that a GGUF file's tensors have. */
    public ModelConfig withRotary(RotarySpec spec, PairLayout layout) {
        return new ModelConfig(
                architecture,
                layers,
                hiddenSize,
                intermediateSize,
                attentionHeads,
                keyValueHeads,
                headDim,
                vocabularySize,
                normEpsilon,
                spec,
                layout,
                biases,
                queryKeyNorm,
                tiedEmbeddings,
                maxPositions,
                slidingWindow,
                beginTokenId,
                endTokenIds);
    }
}
