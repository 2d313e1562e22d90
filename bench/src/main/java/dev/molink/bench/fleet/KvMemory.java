package dev.molink.bench.fleet;

import dev.molink.stagenode.kvcache.KvPool;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.simulation.DeviceProfile;

/** KV blocks that a simulated device has room for: nine tenths of its memory, less weights in bf16. */
final class KvMemory {

    private static final double USED_SHARE = 0.9;

    private KvMemory() {}

    /** @throws IllegalArgumentException if the weights leave no room */
    static int blocks(DeviceProfile device, ModelConfig model, LayerRange range) {
        double hidden = model.hiddenSize();
        double attention = hidden * model.headDim() * 2 * (model.attentionHeads() + model.keyValueHeads());
        double layer = attention + 3 * hidden * model.intermediateSize();
        double embedding = range.first() == 0 || range.end() == model.layers() ? hidden * model.vocabularySize() : 0;
        double weights = (range.layers() * layer + embedding) * Short.BYTES;
        double block = 2.0
                * model.keyValueHeads()
                * model.headDim()
                * range.layers()
                * Short.BYTES
                * KvPool.BLOCK_TOKENS;
        double blocks = (device.memoryBytes() * USED_SHARE - weights) / block;
        if (blocks < 1) {
            throw new IllegalArgumentException("layers %s of %.1f GB leave no room for keys and values on a %s of %.1f GB"
                    .formatted(range, weights / 1e9, device.name(), device.memoryBytes() / 1e9));
        }
        return (int) blocks;
    }
}
