package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.kvcache.Admission;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockCopy;
import dev.molink.stagenode.plan.BlockTrim;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.plan.VerifiedRows;
import java.util.ArrayList;
import java.util.List;

/** A step plan in the making. */
final class PlanDraft {

    private final List<Sequence> sequences = new ArrayList<>();
    private final List<SequenceRows> rows = new ArrayList<>();
    private final List<SequenceStart> starts = new ArrayList<>();
    private final List<BlockTrim> trims = new ArrayList<>();
    private final List<BlockAppend> appends = new ArrayList<>();
    private final List<BlockCopy> copies = new ArrayList<>();
    private StepKind kind;
    private int logitRowsLeft;

    /** @param logitRows most rows whose logits are computed */
    PlanDraft(StepKind kind, int logitRows) {
        this.kind = kind;
        this.logitRowsLeft = logitRows;
    }

    List<Sequence> sequences() {
        return sequences;
    }

    boolean isEmpty() {
        return sequences.isEmpty();
    }

    int logitRowsLeft() {
        return logitRowsLeft;
    }

    void start(Sequence sequence, Admission admission) {
        starts.add(sequence.start(admission.cachedTokens()));
        change(admission.changes());
    }

    void trim(List<BlockTrim> changes) {
        trims.addAll(changes);
    }

    void change(BlockChanges changes) {
        trims.addAll(changes.trims());
        appends.addAll(changes.appends());
        copies.addAll(changes.copies());
    }

    /** The next {@code count} positions of a prompt, or the one of the last id. */
    void rows(Sequence sequence, int count, int logitRows) {
        add(sequence, sequence.plan(count), logitRows);
    }

    /** The last id and drafts of what follows. */
    void verify(Sequence sequence, int[] drafts) {
        kind = StepKind.VERIFY;
        add(sequence, sequence.plan(drafts), 1 + drafts.length);
    }

    private void add(Sequence sequence, SequenceRows planned, int logitRows) {
        sequences.add(sequence);
        rows.add(planned);
        logitRowsLeft -= logitRows;
    }

    StepPlan finish(long epoch, long stepId, List<VerifiedRows> verified, List<SequenceEnd> ended) {
        BlockChanges blocks = trims.isEmpty() && appends.isEmpty() && copies.isEmpty()
                ? BlockChanges.NONE
                : new BlockChanges(trims, appends, copies);
        return new StepPlan(epoch, stepId, kind, rows, starts, blocks, verified, ended);
    }
}
