package dev.molink.stagenode.execution;

import dev.molink.kernels.KvCacheShape;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The KV block table of every live sequence, exactly as the head's plans build it. */
final class BlockTables {

    private final int kvBlocks;
    private final Map<Long, List<Integer>> tables = new HashMap<>();

    BlockTables(int kvBlocks) {
        this.kvBlocks = kvBlocks;
    }

    int sequences() {
        return tables.size();
    }

    /** The table of a sequence that the plan just applied has rows of. */
    List<Integer> of(long sequenceId) {
        return tables.getOrDefault(sequenceId, List.of());
    }

    /**
     * Drops ended sequences and appends blocks.
     *
     * @throws IllegalArgumentException if the plan asks for what cannot be; nothing was changed then
     */
    void apply(StepPlan plan) {
        Map<Long, Integer> appended = new HashMap<>();
        for (BlockAppend append : plan.blocks().appends()) {
            requireKnownBlocks(append);
            appended.merge(append.sequenceId(), append.blockIds().size(), Integer::sum);
        }
        for (SequenceRows rows : plan.rows()) {
            requireBlocksFor(rows, blocksNow(plan, rows.sequenceId()) + appended.getOrDefault(rows.sequenceId(), 0));
        }
        plan.ended().forEach(end -> tables.remove(end.sequenceId()));
        for (BlockAppend append : plan.blocks().appends()) {
            tables.computeIfAbsent(append.sequenceId(), _ -> new ArrayList<>()).addAll(append.blockIds());
        }
    }

    private int blocksNow(StepPlan plan, long sequenceId) {
        boolean dropped = plan.ended().stream().anyMatch(end -> end.sequenceId() == sequenceId);
        return dropped ? 0 : of(sequenceId).size();
    }

    private void requireKnownBlocks(BlockAppend append) {
        if (append.kvGroup() != 0) {
            throw new IllegalArgumentException("sequence %d: KV group %d is unknown; the model has group 0 only"
                    .formatted(append.sequenceId(), append.kvGroup()));
        }
        for (int id : append.blockIds()) {
            if (id < 0 || id >= kvBlocks) {
                throw new IllegalArgumentException("sequence %d: KV block %d is outside this stage's %d blocks"
                        .formatted(append.sequenceId(), id, kvBlocks));
            }
        }
    }

    private static void requireBlocksFor(SequenceRows rows, int blocks) {
        long endPosition = (long) rows.firstPosition() + rows.tokenCount();
        if (endPosition > (long) blocks * KvCacheShape.BLOCK_TOKENS) {
            throw new IllegalArgumentException(
                    "sequence %d: positions up to %d do not fit its %d KV blocks of %d tokens"
                            .formatted(rows.sequenceId(), endPosition - 1, blocks, KvCacheShape.BLOCK_TOKENS));
        }
    }
}
