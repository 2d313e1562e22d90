package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps whose outcome is still to come. */
final class StepsInFlight {

    /** @param sequences in the order of the plan's rows */
    record Step(StepPlan plan, List<Sequence> sequences, long issuedNanos) {}

    private final Map<Long, Step> steps = new HashMap<>();
    private int decodes;
    private int prefills;
    private int withoutRows;

    void add(StepPlan plan, List<Sequence> sequences, long nowNanos) {
        Step step = new Step(plan, sequences, nowNanos);
        steps.put(plan.stepId(), step);
        count(step, 1);
    }

    /** Null if no such step is in flight. */
    @Nullable
    Step remove(long stepId) {
        Step step = steps.remove(stepId);
        if (step != null) {
            count(step, -1);
        }
        return step;
    }

    private void count(Step step, int change) {
        if (step.sequences().isEmpty()) {
            withoutRows += change;
        } else if (step.plan().kind() == StepKind.PREFILL) {
            prefills += change;
        } else {
            decodes += change;
        }
    }

    /** Steps that decode or verify. */
    int decodes() {
        return decodes;
    }

    int prefills() {
        return prefills;
    }

    /** Steps without rows, which only tell the stages what has ended. */
    int withoutRows() {
        return withoutRows;
    }
}
