package dev.molink.stagenode.engine;

import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;

/**
 * The way out of a stage within one epoch. Only the stage's loop thread calls it; no method may wait for a socket, so an
 * implementation enqueues and returns. What an implementation throws fails the step that was to be sent.
 */
public interface StageOutbound {

    /** Hands a plan on to the next stage, in the order of the calls and before its hidden state; last stage: nothing. */
    void forward(StepPlan plan);

    /**
     * Hands on rows of the hidden state of a step that was forwarded: all at once, or in ranges as they become final, in
     * order and without gaps.
     *
     * @param firstRow row of the plan with which {@code values} begins
     * @param values {@code [rows, hiddenSize]} f32, little-endian, row-major; the next step overwrites it, so it is copied
     *     before the call returns
     */
    void sendHidden(StepPlan plan, int hiddenSize, int firstRow, MemorySegment values);

    /** A decode step begins to compute here, or is through; some transmit policies size what they send by it. */
    default void decodeRuns(boolean running) {}

    /** Hands the end of a step to the head: from the last stage, or from any stage where the step failed. */
    void report(StepOutcome outcome);

    /** Hands what this stage has measured back towards the head. */
    void measured(StageReport report);

    /** What acknowledgements show of the link to the next stage, or from the last one to the head. */
    LinkRate linkRate();

    /** What was sent on that link. */
    default LinkTraffic linkTraffic() {
        return LinkTraffic.NONE;
    }
}
