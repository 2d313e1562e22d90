package dev.molink.stagenode.engine.machine;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.engine.machine.Decision.End;
import dev.molink.stagenode.engine.machine.Decision.Forward;
import dev.molink.stagenode.engine.machine.Decision.Idle;
import dev.molink.stagenode.engine.machine.Decision.Measured;
import dev.molink.stagenode.engine.machine.Decision.Report;
import dev.molink.stagenode.engine.machine.Decision.Run;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stage without its thread: plans, hidden states, formations and the time go in, {@link #next} says what is to be done.
 * Times are nanoseconds of one clock that never goes back. Owned by one thread.
 *
 * <p>After a step failed here, later steps of its sequences fail too, until the head, which learns of the failure, ends
 * them: their KV blocks lack what the failed step should have written.
 */
public final class StageMachine {

    /** How often a stage tells what it has measured. */
    private static final long REPORT_NANOS = 1_000_000_000L;

    private static final long NEVER_NANOS = Long.MAX_VALUE / 2;

    private final String stage;
    private final StepRules rules;

    /** What is due at once, in order. */
    private final Queue<Decision> due = new ArrayDeque<>();

    private @Nullable Standing standing;

    /** One formation, as this stage sees it. */
    private static final class Standing {

        private final long epoch;
        private final StepQueue steps;
        private final StageTimes times;
        private final Set<Long> brokenSequences = new HashSet<>();
        private long reportDueNanos;
        private @Nullable PendingStep running;

        Standing(long epoch, int index, StepRules rules, long nowNanos) {
            this.epoch = epoch;
            this.steps = new StepQueue(rules, index == 0);
            this.times = new StageTimes(epoch, index, nowNanos);
            this.reportDueNanos = nowNanos + REPORT_NANOS;
        }
    }

    /** @param stage how failures name it */
    public StageMachine(String stage, StepRules rules) {
        this.stage = stage;
        this.rules = rules;
    }

    /**
     * Enters an epoch and expects step 0; what stood before is forgotten.
     *
     * @param index the stage's place in the pipeline, from 0
     */
    public void enter(long epoch, int index, long nowNanos) {
        leave();
        standing = new Standing(epoch, index, rules, nowNanos);
    }

    /** Leaves the epoch that stands, if any. */
    public void leave() {
        if (standing != null) {
            standing.steps.clear();
            standing = null;
        }
        due.clear();
    }

    public boolean isIn(long epoch) {
        return standing != null && standing.epoch == epoch;
    }

    /** Takes the next plan; one of another epoch is dropped. */
    public void plan(StepPlan plan, long nowNanos) {
        Standing current = standing;
        if (current == null || current.epoch != plan.epoch()) {
            return;
        }
        if (!current.steps.expects(plan)) {
            failed(plan, "the plan came out of order");
        }
        due.add(new Forward(plan));
        for (PendingStep over : current.steps.add(plan, nowNanos)) {
            end(current, over.plan());
        }
    }

    /** Takes the hidden state of a step, before or after its plan; of another epoch it is dropped. */
    public void hiddenState(long epoch, long stepId, Activation values, long nowNanos) {
        Standing current = standing;
        if (current == null || current.epoch != epoch) {
            values.release();
        } else if (!current.steps.arrived(stepId, values, nowNanos)) {
            due.add(new Report(
                    new Failed(epoch, stepId, "%s: too many hidden states came before their plans".formatted(stage))));
        }
    }

    /** What is to be done now; to be asked again as soon as that is done. */
    public Decision next(long nowNanos) {
        Decision first = due.poll();
        if (first != null) {
            return first;
        }
        Standing current = standing;
        if (current == null) {
            return new Idle(nowNanos + NEVER_NANOS);
        }
        if (nowNanos - current.reportDueNanos >= 0) {
            current.reportDueNanos = nowNanos + REPORT_NANOS;
            return new Measured(current.times.report(nowNanos));
        }
        PendingStep step = current.steps.next(nowNanos);
        return step == null ? new Idle(current.reportDueNanos) : run(current, step, nowNanos);
    }

    private Decision run(Standing current, PendingStep step, long nowNanos) {
        StepPlan plan = step.plan();
        current.running = step;
        for (SequenceRows rows : plan.rows()) {
            if (current.brokenSequences.contains(rows.sequenceId())) {
                if (step.hiddenIn() != null) {
                    step.hiddenIn().release();
                }
                end(current, plan);
                failed(plan, "an earlier step of sequence %d failed".formatted(rows.sequenceId()));
                return next(nowNanos);
            }
        }
        forget(current, plan);
        return new Run(plan, step.hiddenIn());
    }

    /** The step of the last {@link Run} was computed, in so much time. */
    public void ran(long computeNanos) {
        Standing current = standing;
        if (current == null || current.running == null) {
            return;
        }
        current.steps.ran(current.running, computeNanos);
        current.times.ran(current.running.plan(), computeNanos);
        current.running = null;
    }

    /** A step could not be handed on or computed; the head learns it, and later steps of its sequences fail too. */
    public void failed(StepPlan plan, String cause) {
        if (standing == null) {
            return;
        }
        plan.rows().forEach(rows -> standing.brokenSequences.add(rows.sequenceId()));
        due.add(new Report(
                new Failed(plan.epoch(), plan.stepId(), "%s: step %d: %s".formatted(stage, plan.stepId(), cause))));
    }

    private void end(Standing current, StepPlan plan) {
        forget(current, plan);
        due.add(new End(plan));
    }

    private static void forget(Standing current, StepPlan plan) {
        plan.ended().forEach(end -> current.brokenSequences.remove(end.sequenceId()));
    }
}
