package dev.molink.stagenode.engine;

import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.sampling.GrammarSource;
import dev.molink.stagenode.sampling.SamplingDesk;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage within one formation: the plans that wait, the sequences that live, and what becomes of each step. Owned by
 * the stage's loop thread.
 *
 * <p>After a step failed here, later steps of its sequences fail too, until the head, which learns of the failure, ends
 * them: their KV blocks lack what the failed step should have written.
 */
final class StageEpoch {

    private static final Logger log = LoggerFactory.getLogger(StageEpoch.class);

    private final String stage;
    private final long number;
    private final StageExecutor executor;
    private final StageOutbound outbound;
    private final StepQueue steps;
    private final SamplingDesk samplingDesk;
    private final Set<Long> brokenSequences = new HashSet<>();

    StageEpoch(String stage, long number, StageExecutor executor, StageSettings settings, StageOutbound outbound) {
        this.stage = stage;
        this.number = number;
        this.executor = executor;
        this.outbound = outbound;
        this.steps = new StepQueue(settings);
        this.samplingDesk = new SamplingDesk(stage, GrammarSource.NONE);
    }

    long number() {
        return number;
    }

    void plan(StepPlan plan) {
        if (!steps.expects(plan)) {
            fail(plan, "the plan came out of order");
        }
        try {
            outbound.forward(plan);
        } catch (RuntimeException e) {
            log.warn("{}: the plan of step {} could not be handed on", stage, plan.stepId(), e);
            fail(plan, "the plan could not be handed on, " + e);
        }
        steps.add(plan).forEach(over -> end(over.plan()));
    }

    void activation(long stepId, MemorySegment values) {
        if (!steps.arrived(stepId, values)) {
            report(new Failed(number, stepId, "%s: too many hidden states came before their plans".formatted(stage)));
        }
    }

    /** Runs the step whose turn it is; false if none is ready. */
    boolean runNextStep() {
        Optional<PendingStep> next = steps.next();
        next.ifPresent(this::run);
        return next.isPresent();
    }

    private void run(PendingStep step) {
        StepPlan plan = step.plan();
        Optional<SequenceRows> broken = plan.rows().stream()
                .filter(rows -> brokenSequences.contains(rows.sequenceId()))
                .findFirst();
        if (broken.isPresent()) {
            end(plan);
            fail(
                    plan,
                    "an earlier step of sequence %d failed"
                            .formatted(broken.get().sequenceId()));
            return;
        }
        try {
            forget(plan);
            plan.starts().forEach(samplingDesk::start);
            handOn(plan, executor.execute(plan, step.hiddenIn()));
        } catch (RuntimeException | Error e) {
            // Errors too: one step that lacks memory or trips an assertion must not take the other sequences with it.
            log.warn("{}: step {} of epoch {} failed", stage, plan.stepId(), number, e);
            end(plan);
            fail(plan, e.toString());
        }
    }

    private void handOn(StepPlan plan, StageOutput output) {
        switch (output) {
            case StageOutput.Hidden hidden -> {
                if (hidden.rows() > 0) {
                    outbound.sendHidden(plan, hidden.hiddenSize(), copyOf(hidden));
                }
            }
            case StageOutput.Logits logits -> report(samplingDesk.sample(plan, logits));
        }
    }

    private static MemorySegment copyOf(StageOutput.Hidden hidden) {
        long bytes = (long) hidden.rows() * hidden.hiddenSize() * Float.BYTES;
        float[] copy = new float[hidden.rows() * hidden.hiddenSize()];
        return MemorySegment.ofArray(copy)
                .copyFrom(hidden.values().asSlice(0, bytes))
                .asReadOnly();
    }

    private void forget(StepPlan plan) {
        plan.ended().forEach(end -> {
            samplingDesk.end(end.sequenceId());
            brokenSequences.remove(end.sequenceId());
        });
    }

    /** Of a step that does not run, the sequences that it ends are over all the same. */
    private void end(StepPlan plan) {
        forget(plan);
        try {
            executor.execute(plan.endingOnly(), null);
        } catch (RuntimeException | Error e) {
            log.warn("{}: the sequences that step {} ends could not be dropped", stage, plan.stepId(), e);
        }
    }

    private void fail(StepPlan plan, String cause) {
        plan.rows().forEach(rows -> brokenSequences.add(rows.sequenceId()));
        report(new Failed(number, plan.stepId(), "%s: step %d: %s".formatted(stage, plan.stepId(), cause)));
    }

    private void report(StepOutcome outcome) {
        try {
            outbound.report(outcome);
        } catch (RuntimeException e) {
            log.warn("{}: the outcome of step {} could not be handed on", stage, outcome.stepId(), e);
        }
    }
}
