package dev.molink.stagenode.engine.machine;

import dev.molink.stagenode.batching.StepTimes;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.DecodeCost;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;

/** What a stage measures of itself since its formation. Smoothed values follow {@code v += 0.2 · (sample − v)}. */
final class StageTimes {

    private static final double SMOOTHING = 0.2;

    /** Long enough for steps of several sizes to be among them. */
    private static final int REMEMBERED_STEPS = 1000;

    private final long epoch;
    private final int stage;
    private final long beganNanos;
    private final StepTimes decodeSteps = new StepTimes(REMEMBERED_STEPS);
    private DecodeCost decodeCost = DecodeCost.UNKNOWN;
    private double decodeStepNanos;
    private double prefillTokenNanos;
    private long busyNanos;

    StageTimes(long epoch, int stage, long nowNanos) {
        this.epoch = epoch;
        this.stage = stage;
        this.beganNanos = nowNanos;
    }

    void ran(StepPlan plan, long computeNanos) {
        busyNanos += computeNanos;
        if (plan.rows().isEmpty()) {
            return;
        }
        if (plan.kind() == StepKind.PREFILL) {
            prefillTokenNanos = smooth(prefillTokenNanos, (double) computeNanos / plan.tokens());
        } else {
            decodeStepNanos = smooth(decodeStepNanos, (double) computeNanos);
            decodeSteps.add(plan.tokens(), computeNanos);
        }
    }

    /** What is known stays while all steps have the same number of rows. */
    private DecodeCost decodeCost() {
        if (decodeSteps.hasSpread()) {
            decodeCost = new DecodeCost(Math.round(decodeSteps.nanos(0)), Math.round(decodeSteps.perRow()));
        }
        return decodeCost;
    }

    private static double smooth(double smoothed, double sample) {
        return smoothed == 0 ? sample : smoothed + SMOOTHING * (sample - smoothed);
    }

    /** The link is for the caller to add. */
    StageReport report(long nowNanos) {
        return new StageReport(
                epoch,
                stage,
                Math.round(decodeStepNanos),
                decodeCost(),
                Math.round(prefillTokenNanos),
                busyNanos,
                nowNanos - beganNanos,
                LinkRate.UNKNOWN);
    }
}
