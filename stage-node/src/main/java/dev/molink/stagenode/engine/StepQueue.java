package dev.molink.stagenode.engine;

import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The plans that wait at a stage, and which of them runs next: the first decode step that is ready, else the first other
 * step that is; a step never overtakes an earlier one that shares a sequence with it. After {@code decodesAhead} decode
 * steps ahead of a step of another kind that was ready, that one goes first, so that prefill does not starve.
 */
final class StepQueue {

    private final int decodesAhead;
    private final int earlyHiddenStates;
    private final List<PendingStep> pending = new ArrayList<>();
    private final Map<Long, MemorySegment> early = new HashMap<>();
    private long nextStepId;
    private int decodesInARow;

    StepQueue(StageSettings settings) {
        this.decodesAhead = settings.decodesAhead();
        this.earlyHiddenStates = settings.earlyHiddenStates();
    }

    /** Whether {@code plan} follows the one before without a gap. */
    boolean expects(StepPlan plan) {
        return plan.stepId() == nextStepId;
    }

    /** Appends a plan and returns those that waited for a hidden state which, as the plan shows, never comes. */
    List<PendingStep> add(StepPlan plan) {
        List<PendingStep> over = new ArrayList<>();
        for (Iterator<PendingStep> steps = pending.iterator(); steps.hasNext(); ) {
            PendingStep step = steps.next();
            if (!step.ready() && step.isOverGiven(plan.ended())) {
                over.add(step);
                steps.remove();
            }
        }
        PendingStep added = new PendingStep(plan);
        MemorySegment arrived = early.remove(plan.stepId());
        if (arrived != null) {
            added.arrived(arrived);
        }
        pending.add(added);
        nextStepId = plan.stepId() + 1;
        return over;
    }

    /** Takes a hidden state; false if too many came before their plans. That of a step that is over is dropped. */
    boolean arrived(long stepId, MemorySegment values) {
        if (stepId >= nextStepId) {
            boolean room = early.size() < earlyHiddenStates;
            if (room) {
                early.put(stepId, values);
            }
            return room;
        }
        pending.stream()
                .filter(step -> step.plan().stepId() == stepId)
                .findFirst()
                .ifPresent(step -> step.arrived(values));
        return true;
    }

    /** Removes and returns the step to run now. */
    Optional<PendingStep> next() {
        Optional<PendingStep> decode = firstRunnable(true);
        Optional<PendingStep> other = firstRunnable(false);
        boolean otherFirst = decode.isEmpty() || (other.isPresent() && decodesInARow >= decodesAhead);
        decodesInARow = otherFirst || other.isEmpty() ? 0 : decodesInARow + 1;
        Optional<PendingStep> chosen = otherFirst ? other : decode;
        chosen.ifPresent(pending::remove);
        return chosen;
    }

    private Optional<PendingStep> firstRunnable(boolean decode) {
        for (int i = 0; i < pending.size(); i++) {
            PendingStep step = pending.get(i);
            if (step.isDecode() == decode && step.ready() && !overtakes(i)) {
                return Optional.of(step);
            }
        }
        return Optional.empty();
    }

    private boolean overtakes(int index) {
        PendingStep step = pending.get(index);
        return pending.subList(0, index).stream().anyMatch(step::sharesSequenceWith);
    }
}
