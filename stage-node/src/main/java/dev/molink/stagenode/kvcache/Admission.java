package dev.molink.stagenode.kvcache;

import dev.molink.stagenode.plan.BlockChanges;

/**
 * A sequence that has got blocks.
 *
 * @param cachedTokens leading positions that need no computing; a multiple of 16 for an admitted sequence, and less than
 *     its tokens, so that there is a row to sample from
 * @param changes part of the plan that starts the sequence: the blocks of its tables, cached ones included. A trim
 *     among them stands before the appends: the table begins with that many places that have no block, because no row
 *     will look at them
 */
public record Admission(SequenceBlocks blocks, int cachedTokens, BlockChanges changes) {}
