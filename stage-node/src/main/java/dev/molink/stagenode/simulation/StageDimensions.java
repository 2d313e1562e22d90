package dev.molink.stagenode.simulation;

import dev.molink.kernels.KvCacheShape;
import dev.molink.stagenode.execution.KvGroupSize;
import dev.molink.stagenode.model.architecture.LayerGroup;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import java.util.List;

/**
 * What a stage holds and reads, in bytes. Weights, keys and values have 2 bytes an element. Norms, biases and rotary
 * tables are left out: together they are less than a thousandth of a layer.
 */
public record StageDimensions(ModelConfig model, LayerRange range) {

    static final int ELEMENT_BYTES = Short.BYTES;

    /** Part of a device's memory that weights and KV cache get; the rest is for activations and the driver. */
    private static final double USABLE_MEMORY = 0.9;

    public StageDimensions {
        if (range.end() > model.layers()) {
            throw new IllegalArgumentException(
                    "layer range %s reaches outside a model of %d layers".formatted(range, model.layers()));
        }
    }

    boolean embeds() {
        return range.first() == 0;
    }

    boolean hasHead() {
        return range.end() == model.layers();
    }

    /** Weights of the matrix products of one layer. */
    double layerElements() {
        double hidden = model.hiddenSize();
        double attention = 2 * hidden * model.headDim() * (model.attentionHeads() + model.keyValueHeads());
        return attention + 3 * hidden * model.intermediateSize();
    }

    /** Weights of the output head, or of the embedding. */
    double vocabularyElements() {
        return (double) model.hiddenSize() * model.vocabularySize();
    }

    /** Elements of one token's keys and values in one layer. */
    long kvElements() {
        return 2L * model.keyValueHeads() * model.headDim();
    }

    /** Of the range's layers, of the embedding on the first stage and of the head on the last; tied ones count once. */
    public long weightBytes() {
        boolean both = embeds() && hasHead() && !model.tiedEmbeddings();
        int vocabularies = both ? 2 : embeds() || hasHead() ? 1 : 0;
        return (long) (ELEMENT_BYTES * (range.layers() * layerElements() + vocabularies * vocabularyElements()));
    }

    /** The model's KV groups as executors number them. */
    public List<KvGroupSize> kvGroups() {
        return model.layerGroups().stream()
                .map(group -> new KvGroupSize(group.windowTokens(), blockBytes(group)))
                .toList();
    }

    private long blockBytes(LayerGroup group) {
        return KvCacheShape.BLOCK_TOKENS * kvElements() * ELEMENT_BYTES * layersOf(group);
    }

    /** How many of the group's layers the stage has. */
    int layersOf(LayerGroup group) {
        return group.layersBefore(model.layers(), range);
    }

    /**
     * What a device's memory leaves for KV blocks.
     *
     * @throws IllegalArgumentException if the weights do not fit the device
     */
    public long kvBytes(DeviceProfile device) {
        long usable = (long) (USABLE_MEMORY * device.memoryBytes());
        long left = usable - weightBytes();
        long oneBlockEach =
                kvGroups().stream().mapToLong(KvGroupSize::blockBytes).sum();
        if (left < oneBlockEach) {
            throw new IllegalArgumentException(
                    "layers %s have %d MB of weights, which leaves no room for a KV block of %d kB on %s with %d MB of memory, %.0f %% of them usable"
                            .formatted(
                                    range,
                                    weightBytes() / 1_000_000,
                                    oneBlockEach / 1000,
                                    device.name(),
                                    device.memoryBytes() / 1_000_000,
                                    100 * USABLE_MEMORY));
        }
        return left;
    }
}
