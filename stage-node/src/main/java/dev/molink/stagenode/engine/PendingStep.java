package dev.molink.stagenode.engine;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plan that this stage has not executed yet, and its hidden state as soon as that is there. */
final class PendingStep {

    private final StepPlan plan;
    private final boolean embeds;
    private final Set<Long> sequences = new HashSet<>();
    private @Nullable MemorySegment hiddenIn;

    PendingStep(StepPlan plan) {
        this.plan = plan;
        this.embeds = plan.rows().stream().noneMatch(rows -> rows.tokenIds().isEmpty());
        plan.rows().stream().map(SequenceRows::sequenceId).forEach(sequences::add);
        plan.starts().stream().map(SequenceStart::sequenceId).forEach(sequences::add);
        plan.blocks().appends().stream().map(BlockAppend::sequenceId).forEach(sequences::add);
        plan.ended().stream().map(SequenceEnd::sequenceId).forEach(sequences::add);
    }

    StepPlan plan() {
        return plan;
    }

    @Nullable
    MemorySegment hiddenIn() {
        return hiddenIn;
    }

    void arrived(MemorySegment values) {
        hiddenIn = values;
    }

    /** Whether nothing more has to arrive: the first stage embeds token ids, and a plan without rows only frees. */
    boolean ready() {
        return embeds || hiddenIn != null;
    }

    boolean isDecode() {
        return plan.kind() == StepKind.DECODE;
    }

    /**
     * Whether the order of the two plans matters. Blocks need no look: the head gives a block to another sequence only
     * after the last step that used it has come back.
     */
    boolean sharesSequenceWith(PendingStep other) {
        return other.sequences.stream().anyMatch(sequences::contains);
    }

    /**
     * Whether this step is over for the pipeline: the head ends a sequence only when it knows the outcome of each of its
     * steps, so a step that still waits here for its hidden state has failed on an earlier stage.
     */
    boolean isOverGiven(List<SequenceEnd> ended) {
        return plan.rows().stream()
                .anyMatch(rows -> ended.stream().anyMatch(end -> end.sequenceId() == rows.sequenceId()));
    }
}
