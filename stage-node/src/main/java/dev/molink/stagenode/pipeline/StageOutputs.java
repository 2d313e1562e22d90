package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;

/** Where a stage's engine puts what it made, for one epoch. After the formation is over everything is dropped. */
public interface StageOutputs {

    /** Sends a plan of the head to the next stage, in front of its hidden state. */
    void sendPlan(StepPlan plan);

    /**
     * Sends the hidden state of a step to the next stage; waits while the link's window is full.
     *
     * @param values {@code [plan.tokens(), hiddenSize]} f32, little-endian; free again when the call returns
     */
    void sendHiddenState(StepPlan plan, MemorySegment values) throws InterruptedException;

    /** Sends the last stage's outcome of a step to the head. */
    void sendOutcome(StepOutcome outcome);
}
