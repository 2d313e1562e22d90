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
 * @param blocks changes of block tables, applied before the step runs and after {@code ended}
 * @param verified what became of drafts of earlier steps
 * @param ended sequences that leave the stages before the step runs
 */
public record StepPlan(
        long epoch,
        long stepId,
        StepKind kind,
        List<SequenceRows> rows,
        List<SequenceStart> starts,
        BlockChanges blocks,
        List<VerifiedRows> verified,
        List<SequenceEnd> ended) {

    public StepPlan {
        rows = List.copyOf(rows);
        starts = List.copyOf(starts);
        verified = List.copyOf(verified);
        ended = List.copyOf(ended);
    }

    /** Rows of the activation {@code [tokens, hiddenSize]} that the step moves from stage to stage; may be 0. */
    public int tokens() {
        int tokens = 0;
        for (SequenceRows each : rows) {
            tokens += each.tokenCount();
        }
        return tokens;
    }

    /** The plan as stages beyond the first get it: only drafts keep their ids, which the last stage compares. */
    public StepPlan forLaterStages() {
        if (kind == StepKind.VERIFY) {
            return this;
        }
        List<SequenceRows> bare =
                rows.stream().map(SequenceRows::withoutTokenIds).toList();
        return new StepPlan(epoch, stepId, kind, bare, starts, blocks, verified, ended);
    }

    /** What is left of the plan where its rows are not computed: sequences end all the same. */
    public StepPlan endingOnly() {
        return new StepPlan(epoch, stepId, kind, List.of(), List.of(), BlockChanges.NONE, verified, ended);
    }
}
