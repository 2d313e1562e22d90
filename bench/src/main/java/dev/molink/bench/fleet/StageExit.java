package dev.molink.bench.fleet;

import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;

/** Where a simulated stage hands things on. */
interface StageExit {

    /** Hands a plan on to the next stage; the last one does nothing. */
    void forward(StepPlan plan);

    /** A step begins to be computed and takes so long; what comes out of it is to go when it is there. */
    void computes(StepPlan plan, long nanos);

    /** A decode step begins to be computed, or is through. */
    void decodeRuns(boolean running);

    void report(StepOutcome outcome);

    void measured(StageReport report);
}
