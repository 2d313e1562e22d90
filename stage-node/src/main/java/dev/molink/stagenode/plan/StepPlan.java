package dev.molink.stagenode.plan;

import java.util.List;

/**
 * One forward pass over the pipeline, decided by the head and executed unchanged by every stage. Plans are numbered
 * without gaps within an epoch and travel in order; only activations may overtake each other.
 *
 * @param epoch formation of the pipeline that the plan belongs to; a plan of another epoch is dropped
 * @param stepId number within the epoch, rising by one
 * @param rows rows in the order in which they stand in the activation; a sequence occurs at most once
 * @param starts sequences whose first step this is
 * @param blockAppends block-table growth, applied before the step runs
 * @param ended sequences that are over: their block tables and sampling state are dropped before the step runs
 */
public record StepPlan(
        long epoch,
        long stepId,
        StepKind kind,
        List<SequenceRows> rows,
        List<SequenceStart> starts,
        List<BlockAppend> blockAppends,
        List<Long> ended) {

    public StepPlan {
        rows = List.copyOf(rows);
        starts = List.copyOf(starts);
        blockAppends = List.copyOf(blockAppends);
        ended = List.copyOf(ended);
    }

    /** Rows of the activation {@code [tokens, hiddenSize]} that the step moves from stage to stage; may be 0. */
    public int tokens() {
        return rows.stream().mapToInt(SequenceRows::tokenCount).sum();
    }
}
