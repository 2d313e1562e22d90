package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;

interface StageOutputs {
    void forward(StepPlan plan);

    void sendHidden(StepPlan plan, int hiddenSize, MemorySegment values);

    void report(StepOutcome outcome);
}
