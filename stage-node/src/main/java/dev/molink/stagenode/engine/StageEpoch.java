package dev.molink.stagenode.engine;

import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.sampling.GrammarSource;
import dev.molink.stagenode.sampling.SamplingDesk;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage's executor within one formation: the sequences that live, and what becomes of each step that it computes.
 * Owned by the stage's loop thread.
 */
final class StageEpoch {

    private static final Logger log = LoggerFactory.getLogger(StageEpoch.class);

    private final String stage;
    private final StageExecutor executor;
    private final StageOutbound outbound;
    private final LongSupplier nanoClock;
    private final RowCounter counter;
    private final Consumer<RequestCounts> counts;
    private final SamplingDesk samplingDesk;
    private final RangeSender sender;

    StageEpoch(
            String stage,
            long number,
            StageExecutor executor,
            StageOutbound outbound,
            GrammarSource grammars,
            LongSupplier nanoClock,
            Consumer<RequestCounts> counts) {
        this.stage = stage;
        this.executor = executor;
        this.outbound = outbound;
        this.nanoClock = nanoClock;
        this.counter = new RowCounter(number);
        this.counts = counts;
        this.samplingDesk = new SamplingDesk(stage, grammars);
        this.sender = new RangeSender(outbound);
    }

    /** Hands a plan to the next stage. */
    void forward(StepPlan plan) {
        outbound.forward(plan);
    }

    /** Hands back what was measured, and what was counted to the journal, so that a kill loses little of it. */
    void measured(StageReport report) {
        counter.takeAll(counts);
        outbound.measured(report.withLink(outbound.linkRate(), outbound.linkTraffic()));
    }

    /** The formation is over: its counts go to the journal. */
    void leave() {
        counter.takeAll(counts);
    }

    /**
     * Computes a step and hands on what comes out.
     *
     * @param hiddenIn null where the stage embeds, or the plan has no rows
     */
    void run(StepPlan plan, @Nullable MemorySegment hiddenIn) {
        forget(plan);
        plan.starts().forEach(samplingDesk::start);
        long began = nanoClock.getAsLong();
        StageOutput output = compute(plan, hiddenIn);
        try {
            sender.finish();
            if (output instanceof StageOutput.Logits logits) {
                report(samplingDesk.sample(plan, logits));
            }
        } finally {
            // The rows were computed, whatever became of them.
            counter.computed(
                    plan,
                    nanoClock.getAsLong() - began,
                    hiddenIn == null ? 0 : hiddenIn.byteSize(),
                    sender.offeredBytes());
            counter.takeOver(counts);
        }
    }

    /** Rows of a hidden state go out while the next ones are computed. */
    private StageOutput compute(StepPlan plan, @Nullable MemorySegment hiddenIn) {
        sender.begin(plan);
        if (plan.kind() == StepKind.PREFILL) {
            return executor.execute(plan, hiddenIn, sender);
        }
        outbound.decodeRuns(true);
        try {
            return executor.execute(plan, hiddenIn, sender);
        } finally {
            outbound.decodeRuns(false);
        }
    }

    private void forget(StepPlan plan) {
        plan.ended().forEach(end -> samplingDesk.end(end.sequenceId()));
        counter.applied(plan);
    }

    /** Of a step that does not run, the sequences that it ends are over all the same. */
    void end(StepPlan plan) {
        forget(plan);
        try {
            executor.execute(plan.endingOnly(), null);
        } catch (RuntimeException | Error e) {
            log.warn("{}: the sequences that step {} ends could not be dropped", stage, plan.stepId(), e);
        }
        counter.takeOver(counts);
    }

    /** Sends the end of a step to the head. */
    void report(StepOutcome outcome) {
        try {
            outbound.report(outcome);
        } catch (RuntimeException e) {
            log.warn("{}: the outcome of step {} could not be handed on", stage, outcome.stepId(), e);
        }
    }
}
