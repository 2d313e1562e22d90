package dev.molink.stagenode.engine.machine;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plans that wait at a stage, and which of them runs next: the first decode or verify step that is ready, else the
 * first prefill piece that is. A step never overtakes an earlier one that shares a sequence or a block with it.
 *
 * <p>A prefill piece goes before a decode step where {@link PrefillShare} owes it computing time, or where it was ready
 * for longer than the rules allow; of pieces that are that old, each second turn still belongs to a decode step, so that
 * a backlog of prefill does not stop every stream.
 */
final class StepQueue {

    private final StepRules rules;
    private final PrefillShare share;
    private final List<PendingStep> pending = new ArrayList<>();
    private final Map<Long, Activation> early = new HashMap<>();
    private long nextStepId;
    private boolean agedWentLast;

    /** Whether a step of the other sort was ready when the last one was chosen. */
    private boolean otherWaited;

    private final boolean embeds;

    /** @param embeds whether the stage is the first, which waits for no hidden states */
    StepQueue(StepRules rules, boolean embeds) {
        this.rules = rules;
        this.embeds = embeds;
        this.share = new PrefillShare(rules.prefillFloor());
    }

    /** Whether {@code plan} follows the one before without a gap. */
    boolean expects(StepPlan plan) {
        return plan.stepId() == nextStepId;
    }

    /** Appends a plan and returns those that waited for a hidden state which, as the plan shows, never comes. */
    List<PendingStep> add(StepPlan plan, long nowNanos) {
        List<PendingStep> over = new ArrayList<>();
        for (Iterator<PendingStep> steps = pending.iterator(); steps.hasNext(); ) {
            PendingStep step = steps.next();
            if (!step.ready() && step.isOverGiven(plan.ended())) {
                over.add(step);
                steps.remove();
            }
        }
        PendingStep added = new PendingStep(plan, embeds, nowNanos);
        Activation arrived = early.remove(plan.stepId());
        if (arrived != null) {
            added.arrived(arrived, nowNanos);
        }
        pending.add(added);
        nextStepId = plan.stepId() + 1;
        return over;
    }

    /** Takes a hidden state; false if too many came before their plans. That of a step that is over is dropped. */
    boolean arrived(long stepId, Activation values, long nowNanos) {
        if (stepId >= nextStepId) {
            return keepEarly(stepId, values);
        }
        for (PendingStep step : pending) {
            if (step.plan().stepId() == stepId) {
                step.arrived(values, nowNanos);
                return true;
            }
        }
        values.release();
        return true;
    }

    private boolean keepEarly(long stepId, Activation values) {
        boolean room = early.size() < rules.earlyHiddenStates() && !early.containsKey(stepId);
        if (room) {
            early.put(stepId, values);
        } else {
            values.release();
        }
        return room;
    }

    /** Removes and returns the step to run now; null if none is ready. */
    @Nullable
    PendingStep next(long nowNanos) {
        PendingStep decode = firstRunnable(false);
        PendingStep prefill = firstRunnable(true);
        PendingStep chosen = decode == null || prefillFirst(prefill, nowNanos) ? prefill : decode;
        if (chosen == null) {
            return null;
        }
        otherWaited = decode != null && prefill != null;
        agedWentLast = otherWaited && chosen == prefill && isAged(chosen, nowNanos);
        pending.remove(chosen);
        return chosen;
    }

    private boolean prefillFirst(@Nullable PendingStep prefill, long nowNanos) {
        return prefill != null && (share.isOwed() || (isAged(prefill, nowNanos) && !agedWentLast));
    }

    private boolean isAged(PendingStep prefill, long nowNanos) {
        return nowNanos - prefill.readyNanos() > rules.prefillAge().toNanos();
    }

    /** How long the step that {@link #next} returned last has computed. */
    void ran(PendingStep step, long computeNanos) {
        if (step.isPrefill()) {
            share.prefillRan(computeNanos, otherWaited);
        } else {
            share.decodeRan(computeNanos, otherWaited);
        }
    }

    private @Nullable PendingStep firstRunnable(boolean prefill) {
        for (int i = 0; i < pending.size(); i++) {
            PendingStep step = pending.get(i);
            if (step.isPrefill() == prefill && step.ready() && !overtakes(i)) {
                return step;
            }
        }
        return null;
    }

    private boolean overtakes(int index) {
        PendingStep step = pending.get(index);
        for (int i = 0; i < index; i++) {
            if (step.mustKeepOrderWith(pending.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Gives the memory of all hidden states back. */
    void clear() {
        early.values().forEach(Activation::release);
        early.clear();
        for (PendingStep step : pending) {
            Activation values = step.hiddenIn();
            if (values != null) {
                values.release();
            }
        }
        pending.clear();
    }
}
