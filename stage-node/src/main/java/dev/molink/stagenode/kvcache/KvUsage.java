package dev.molink.stagenode.kvcache;

/**
 * What the blocks of one KV group are used for.
 *
 * @param blocks all of the group
 * @param usedBlocks held by at least one sequence
 * @param cachedBlocks held by none, kept for the prefix cache until they are needed; they count as free
 * @param evictedBlocks cached blocks that were given away since the formation
 */
public record KvUsage(int blocks, int usedBlocks, int cachedBlocks, long evictedBlocks) {

    public int freeBlocks() {
        return blocks - usedBlocks;
    }
}
