package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.List;

/** A step plan in the making. */
final class PlanDraft {

    private final StepKind kind;
    private final List<Sequence> sequences = new ArrayList<>();
    private final List<SequenceRows> rows = new ArrayList<>();
    private final List<SequenceStart> starts = new ArrayList<>();
    private final List<BlockAppend> appends = new ArrayList<>();

    PlanDraft(StepKind kind) {
        this.kind = kind;
    }

    List<Sequence> sequences() {
        return sequences;
    }

    boolean isEmpty() {
        return sequences.isEmpty();
    }

    void start(Sequence sequence) {
        starts.add(sequence.start());
    }

    void append(Sequence sequence, int kvGroup, List<Integer> blockIds) {
        appends.add(new BlockAppend(sequence.id(), kvGroup, blockIds));
    }

    void rows(Sequence sequence, int count) {
        sequences.add(sequence);
        rows.add(sequence.plan(count));
    }

    StepPlan finish(long epoch, long stepId, List<SequenceEnd> ended) {
        return new StepPlan(epoch, stepId, kind, rows, starts, BlockChanges.appending(appends), List.of(), ended);
    }
}
