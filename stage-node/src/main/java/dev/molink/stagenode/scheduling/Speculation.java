package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.speculation.SpeculationControl;
import dev.molink.stagenode.speculation.SpeculationOption;

/** Drafts for decode steps, and what became of them. */
final class Speculation {

    private static final int[] NO_DRAFTS = {};

    private final SpeculationControl control;
    private final VirtualTime time;
    private boolean stepMayDraft;
    private int stepSequences;
    private long proposed;
    private long accepted;

    Speculation(SpeculationOption option, VirtualTime time) {
        this.control = new SpeculationControl(option);
        this.time = time;
    }

    /** A decode step of about so many sequences is being planned. */
    void beginStep(int sequences) {
        stepSequences = sequences;
        stepMayDraft = sequences > 0 && control.mayDraft(time.nanos());
    }

    /** At most {@code most} ids that may follow; none where that does not pay. */
    int[] propose(Sequence sequence, int most) {
        if (!stepMayDraft || most == 0) {
            return NO_DRAFTS;
        }
        Drafting drafting = sequence.drafting();
        int count = Math.min(most, control.draftTokens(drafting.history(), stepSequences));
        return count == 0 ? NO_DRAFTS : drafting.lookup().draft(sequence.tokens(), count);
    }

    void verified(Sequence sequence, int drafts, int right) {
        proposed += drafts;
        accepted += right;
        control.verified(sequence.drafting().history(), drafts, right);
    }

    /** A step came back without a failure; {@code right} of its drafts were right. */
    void stepDone(StepPlan plan, long issuedNanos, int right) {
        if (plan.kind() == StepKind.PREFILL || plan.rows().isEmpty()) {
            return;
        }
        int rows = 0;
        for (SequenceRows each : plan.rows()) {
            rows += each.tokenCount();
        }
        control.stepDone(time.nanos(), plan.rows().size(), rows, right, time.nanos() - issuedNanos);
    }

    long proposed() {
        return proposed;
    }

    long accepted() {
        return accepted;
    }

    boolean on() {
        return control.on();
    }

    String reason() {
        return control.reason();
    }
}
