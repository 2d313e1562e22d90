package dev.molink.stagenode.kvcache;

import dev.molink.kernels.KvCacheShape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The KV blocks of a pipeline, per KV group: layers that keep different things (full attention, window, …) have block
 * tables of their own. A block holds {@link KvCacheShape#BLOCK_TOKENS} tokens. Block ids count from 0 within each group.
 * One thread at a time.
 */
public final class BlockAllocator {

    private final List<Group> groups;

    /** @param blocksPerGroup number of blocks of each KV group */
    public BlockAllocator(List<Integer> blocksPerGroup) {
        groups = blocksPerGroup.stream().map(Group::new).toList();
    }

    /** Blocks that {@code tokens} positions take. */
    public static int blocksFor(int tokens) {
        return (int) (((long) tokens + KvCacheShape.BLOCK_TOKENS - 1) / KvCacheShape.BLOCK_TOKENS);
    }

    public int blocks(int kvGroup) {
        return groups.get(kvGroup).free.length;
    }

    public int freeBlocks(int kvGroup) {
        return groups.get(kvGroup).freeCount;
    }

    public int usedBlocks(int kvGroup) {
        return blocks(kvGroup) - freeBlocks(kvGroup);
    }

    /**
     * Takes {@code count} blocks.
     *
     * @throws IllegalArgumentException if so many are not free; none was taken then
     */
    public List<Integer> allocate(int kvGroup, int count) {
        Group group = groups.get(kvGroup);
        if (count < 0 || count > group.freeCount) {
            throw new IllegalArgumentException("%d blocks of KV group %d were asked for, %d of %d are free"
                    .formatted(count, kvGroup, group.freeCount, group.free.length));
        }
        List<Integer> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            taken.add(group.take());
        }
        return taken;
    }

    /**
     * Gives blocks back.
     *
     * @throws IllegalArgumentException if one of them is not in use
     */
    public void free(int kvGroup, List<Integer> blockIds) {
        Group group = groups.get(kvGroup);
        for (int id : blockIds) {
            if (id < 0 || id >= group.free.length || !group.used.get(id)) {
                throw new IllegalArgumentException("block %d of KV group %d is not in use".formatted(id, kvGroup));
            }
            group.giveBack(id);
        }
    }

    private static final class Group {

        /** A stack: the first {@code freeCount} entries are free, the last of them is taken next. */
        private final int[] free;

        private final BitSet used;
        private int freeCount;

        Group(int blocks) {
            free = new int[blocks];
            used = new BitSet(blocks);
            for (int i = blocks - 1; i >= 0; i--) {
                free[freeCount++] = i;
            }
        }

        int take() {
            int id = free[--freeCount];
            used.set(id);
            return id;
        }

        void giveBack(int id) {
            used.clear(id);
            free[freeCount++] = id;
        }
    }
}
