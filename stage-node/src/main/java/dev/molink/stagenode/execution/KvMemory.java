package dev.molink.stagenode.execution;

import dev.molink.kernels.AttentionShape;
import dev.molink.kernels.DType;
import dev.molink.kernels.KvCache;
import dev.molink.kernels.KvCacheShape;
import dev.molink.kernels.TensorOps;
import dev.molink.stagenode.plan.BlockCopy;
import java.util.ArrayList;
import java.util.List;

/** The KV caches of a stage: one for each of the model's KV groups that it has layers of. */
final class KvMemory {

    private final TensorOps ops;
    private final List<StageWeights.KvGroup> groups;
    private final AttentionShape attention;
    private final DType dtype;
    private final List<KvCache> caches = new ArrayList<>();
    private List<Integer> reserved = List.of();

    KvMemory(TensorOps ops, StageWeights weights, DType dtype) {
        this.ops = ops;
        this.groups = weights.kvGroups();
        this.attention = weights.layers().getFirst().attention().shape();
        this.dtype = dtype;
    }

    List<KvGroupSize> sizes() {
        return groups.stream()
                .map(group -> new KvGroupSize(
                        group.windowTokens(),
                        group.layers() == 0 ? 0 : shape(0, group, 1).bytesPerBlock()))
                .toList();
    }

    /**
     * Takes memory for {@code kvBlocks} blocks of each group. What is there already stays if it is as large: attention
     * reads no slot that was not written before.
     *
     * @throws RuntimeException if the device has not so much; nothing is reserved then
     */
    void reserve(List<Integer> kvBlocks) {
        if (kvBlocks.size() != groups.size()) {
            throw new IllegalArgumentException(
                    "blocks of %d KV groups were given, the model has %d".formatted(kvBlocks.size(), groups.size()));
        }
        if (kvBlocks.equals(reserved)) {
            return;
        }
        release();
        try {
            for (int group = 0; group < groups.size(); group++) {
                if (groups.get(group).layers() > 0) {
                    caches.add(ops.kvCache(shape(group, groups.get(group), kvBlocks.get(group))));
                }
            }
            reserved = List.copyOf(kvBlocks);
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    private void release() {
        caches.forEach(KvCache::close);
        caches.clear();
        reserved = List.of();
    }

    private KvCacheShape shape(int number, StageWeights.KvGroup group, int blocks) {
        return new KvCacheShape(
                number,
                group.windowTokens(),
                group.layers(),
                blocks,
                attention.kvHeads(),
                attention.headWidth(),
                dtype);
    }

    boolean isReserved() {
        return !reserved.isEmpty();
    }

    /** The cache of a group that the stage has layers of. */
    KvCache ofGroup(int kvGroup) {
        for (int i = 0; i < caches.size(); i++) {
            if (caches.get(i).shape().kvGroup() == kvGroup) {
                return caches.get(i);
            }
        }
        throw new IllegalStateException("the stage has no layer of KV group " + kvGroup);
    }

    /** Copies blocks in the order given; of a group without layers here there is nothing to copy. */
    void copy(List<BlockCopy> copies) {
        for (int i = 0; i < copies.size(); i++) {
            BlockCopy copy = copies.get(i);
            if (groups.get(copy.kvGroup()).layers() > 0) {
                ops.copyBlock(ofGroup(copy.kvGroup()), copy.source(), copy.target());
            }
        }
    }
}
