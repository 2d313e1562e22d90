package dev.molink.stagenode.execution;

import dev.molink.kernels.AttentionShape;
import dev.molink.kernels.DType;
import dev.molink.kernels.KvCache;
import dev.molink.kernels.KvCacheShape;
import dev.molink.kernels.TensorOps;
import dev.molink.stagenode.plan.BlockCopy;
import java.util.ArrayList;
import java.util.List;

/** The KV caches of the groups that a stage has layers of. */
final class KvMemory {

    private final TensorOps ops;
    private final List<KvCache> caches = new ArrayList<>();

    private KvMemory(TensorOps ops) {
        this.ops = ops;
    }

    /** @param kvBlocks blocks of each of the model's KV groups */
    static KvMemory allocate(
            TensorOps ops,
            List<StageWeights.KvGroup> groups,
            List<Integer> kvBlocks,
            AttentionShape attention,
            DType dtype) {
        KvMemory memory = new KvMemory(ops);
        try {
            for (int group = 0; group < groups.size(); group++) {
                if (groups.get(group).layers() > 0) {
                    memory.caches.add(
                            ops.kvCache(shape(group, groups.get(group), kvBlocks.get(group), attention, dtype)));
                }
            }
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
        return memory;
    }

    /** Bytes of a block of one group; 0 if the stage has no layer of it. */
    static long bytesPerBlock(StageWeights.KvGroup group, AttentionShape attention, DType dtype) {
        return group.layers() == 0 ? 0 : shape(0, group, 1, attention, dtype).bytesPerBlock();
    }

    private static KvCacheShape shape(
            int number, StageWeights.KvGroup group, int blocks, AttentionShape attention, DType dtype) {
        return new KvCacheShape(
                number,
                group.windowTokens(),
                group.layers(),
                blocks,
                attention.kvHeads(),
                attention.headWidth(),
                dtype);
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
            for (int j = 0; j < caches.size(); j++) {
                if (caches.get(j).shape().kvGroup() == copy.kvGroup()) {
                    ops.copyBlock(caches.get(j), copy.source(), copy.target());
                }
            }
        }
    }

    void close() {
        caches.forEach(KvCache::close);
    }
}
