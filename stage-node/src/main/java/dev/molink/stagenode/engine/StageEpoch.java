package dev.molink.stagenode.engine;

import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.sampling.GrammarSource;
import dev.molink.stagenode.sampling.SamplingDesk;
import java.lang.foreign.MemorySegment;
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
    private final long number;
    private final StageExecutor executor;
    private final StageOutbound outbound;
    private final SamplingDesk samplingDesk;

    StageEpoch(String stage, long number, StageExecutor executor, StageOutbound outbound, GrammarSource grammars) {
        this.stage = stage;
        this.number = number;
        this.executor = executor;
        this.outbound = outbound;
        this.samplingDesk = new SamplingDesk(stage, grammars);
    }

    /** Hands a plan to the next stage. */
    void forward(StepPlan plan) {
        outbound.forward(plan);
    }

    void measured(StageReport report) {
        outbound.measured(report.withLink(outbound.linkRate()));
    }

    /**
     * Computes a step and hands on what comes out.
     *
     * @param hiddenIn null where the stage embeds, or the plan has no rows
     */
    void run(StepPlan plan, @Nullable MemorySegment hiddenIn) {
        forget(plan);
        plan.starts().forEach(samplingDesk::start);
        handOn(plan, executor.execute(plan, hiddenIn));
    }

    private void handOn(StepPlan plan, StageOutput output) {
        switch (output) {
            case StageOutput.Hidden hidden -> {
                if (hidden.rows() > 0) {
                    long bytes = (long) hidden.rows() * hidden.hiddenSize() * Float.BYTES;
                    outbound.sendHidden(
                            plan, hidden.hiddenSize(), hidden.values().asSlice(0, bytes));
                }
            }
            case StageOutput.Logits logits -> report(samplingDesk.sample(plan, logits));
        }
    }

    private void forget(StepPlan plan) {
        plan.ended().forEach(end -> samplingDesk.end(end.sequenceId()));
    }

    /** Of a step that does not run, the sequences that it ends are over all the same. */
    void end(StepPlan plan) {
        forget(plan);
        try {
            executor.execute(plan.endingOnly(), null);
        } catch (RuntimeException | Error e) {
            log.warn("{}: the sequences that step {} ends could not be dropped", stage, plan.stepId(), e);
        }
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
