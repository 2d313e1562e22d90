package dev.molink.bench.fleet;

import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.transmit.TransmitClass;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** From the last stage straight to the head, or within one machine where that is the only stage. */
final class LastExit implements StageExit {

    private final VirtualClock clock;
    private final @Nullable VirtualLink link;
    private final SimulatedSampling sampling;
    private final Consumer<StepOutcome> outcomes;
    private final Consumer<StageReport> reports;

    LastExit(
            VirtualClock clock,
            @Nullable VirtualLink link,
            SimulatedSampling sampling,
            Consumer<StepOutcome> outcomes,
            Consumer<StageReport> reports) {
        this.clock = clock;
        this.link = link;
        this.sampling = sampling;
        this.outcomes = outcomes;
        this.reports = reports;
    }

    @Override
    public void forward(StepPlan plan) {}

    @Override
    public void computes(StepPlan plan, long nanos) {
        clock.after(nanos, () -> report(sampling.outcome(plan)));
    }

    @Override
    public void decodeRuns(boolean running) {
        if (link != null) {
            link.decodeRuns(running);
        }
    }

    @Override
    public void report(StepOutcome outcome) {
        if (link == null) {
            clock.after(0, () -> outcomes.accept(outcome));
            return;
        }
        link.add(TransmitClass.CONTROL, WireSizes.outcome(outcome), () -> outcomes.accept(outcome));
    }

    @Override
    public void measured(StageReport report) {
        reports.accept(report.withLink(link == null ? LinkRate.UNKNOWN : link.rate(), LinkTraffic.NONE));
    }
}
