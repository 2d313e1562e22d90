package dev.molink.stagenode.engine.machine;

import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;

/** What a stage measures of itself since its formation. Smoothed values follow {@code v += 0.2 · (sample − v)}. */
final class StageTimes {

    private static final double SMOOTHING = 0.2;

    private final long epoch;
    private final int stage;
    private final long beganNanos;
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
        if (plan.kind() == StepKind.DECODE) {
            decodeStepNanos = smooth(decodeStepNanos, (double) computeNanos);
        } else if (plan.kind() == StepKind.PREFILL) {
            prefillTokenNanos = smooth(prefillTokenNanos, (double) computeNanos / plan.tokens());
        }
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
                Math.round(prefillTokenNanos),
                busyNanos,
                nowNanos - beganNanos,
                LinkRate.UNKNOWN);
    }
}
