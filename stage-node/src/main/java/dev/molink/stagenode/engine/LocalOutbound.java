package dev.molink.stagenode.engine;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way out of a stage whose neighbours live in the same process. */
public final class LocalOutbound implements StageOutbound {

    private static final long MAX_IDLE_BYTES = 32L << 20;

    private final @Nullable StageLoop next;
    private final Consumer<StepOutcome> outcomes;
    private final Consumer<StageReport> reports;
    private final RowRanges ranges = new RowRanges(ActivationPool.ofNativeMemory(MAX_IDLE_BYTES));

    private LocalOutbound(@Nullable StageLoop next, Consumer<StepOutcome> outcomes, Consumer<StageReport> reports) {
        this.next = next;
        this.outcomes = outcomes;
        this.reports = reports;
    }

    /** Of the last stage, which may be the only one; {@code outcomes} and {@code reports} are the head's. */
    public static StageOutbound last(Consumer<StepOutcome> outcomes, Consumer<StageReport> reports) {
        return new LocalOutbound(null, outcomes, reports);
    }

    public static StageOutbound to(StageLoop next, Consumer<StepOutcome> outcomes, Consumer<StageReport> reports) {
        return new LocalOutbound(next, outcomes, reports);
    }

    @Override
    public void forward(StepPlan plan) {
        if (next != null) {
            next.plan(plan.forLaterStages());
        }
    }

    @Override
    public void sendHidden(StepPlan plan, int hiddenSize, int firstRow, MemorySegment values) {
        if (next == null) {
            throw new IllegalStateException(
                    "the last stage computed a hidden state in step %d: it has no head".formatted(plan.stepId()));
        }
        Activation whole = ranges.add(plan, hiddenSize, firstRow, values);
        if (whole != null) {
            next.activation(plan.epoch(), plan.stepId(), whole);
        }
    }

    @Override
    public void report(StepOutcome outcome) {
        outcomes.accept(outcome);
    }

    @Override
    public void measured(StageReport report) {
        reports.accept(report);
    }

    /** Memory is no link. */
    @Override
    public LinkRate linkRate() {
        return LinkRate.UNKNOWN;
    }
}
