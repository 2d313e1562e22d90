package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.engine.StageOutbound;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.link.HiddenState;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.replay.Recorder;
import java.util.List;

/** The engine of one stage, as a formation drives it. All but {@link #form} only enqueue. */
public interface StageEngine {

    /**
     * Makes the stage ready for an epoch and returns when it is; whatever it did before is dropped.
     *
     * @param wire holds for the whole epoch
     * @throws IllegalStateException if the memory for the KV blocks cannot be had; the message says why
     */
    void form(StagePlace place, List<Integer> kvBlocks, WireTerms wire, StageOutbound outputs)
            throws InterruptedException;

    /** Writes down what the transmit queues of the stage's links decide, if somebody wants that. */
    default Recorder recorder() {
        return Recorder.NONE;
    }

    void onPlan(StepPlan plan);

    /** The input of a step; may come before its plan. */
    void onHiddenState(HiddenState hidden);

    /** At the head: what the last stage sampled. */
    void onOutcome(StepOutcome outcome);

    /** At the head: what a stage, its own included, has measured. */
    void onStageReport(StageReport report);

    /** At the head: every stage stands and every link is open; steps may be planned now. */
    void serve(long epoch);

    /** The epoch is over, for the reason given: sequences and KV blocks are dropped. */
    void dissolve(long epoch, String reason);
}
