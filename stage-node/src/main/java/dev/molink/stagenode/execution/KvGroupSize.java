package dev.molink.stagenode.execution;

import dev.molink.kernels.KvCacheShape;

/**
 * Layers of the whole model that keep the same positions.
 *
 * @param windowTokens positions that a query sees, its own included; 0: all before it
 * @param blockBytes bytes of one KV block over this stage's layers of the group; 0 if it has none of them
 */
public record KvGroupSize(int windowTokens, long blockBytes) {

    /** The first position that a query at {@code position} sees. */
    int firstSeen(int position) {
        return KvCacheShape.firstSeen(windowTokens, position);
    }
}
