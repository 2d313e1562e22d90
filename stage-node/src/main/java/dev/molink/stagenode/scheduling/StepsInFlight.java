package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The steps whose outcome is still to come. */
final class StepsInFlight {

    record Step(StepPlan plan, List<Sequence> sequences) {}

    private final Map<Long, Step> steps = new HashMap<>();

    void add(StepPlan plan, List<Sequence> sequences) {
        steps.put(plan.stepId(), new Step(plan, List.copyOf(sequences)));
    }

    /** Null if no such step is in flight. */
    @Nullable
    Step remove(long stepId) {
        return steps.remove(stepId);
    }

    /** Steps of a kind that compute something. */
    int computing(StepKind kind) {
        int count = 0;
        for (Step step : steps.values()) {
            if (step.plan().kind() == kind && !step.sequences().isEmpty()) {
                count++;
            }
        }
        return count;
    }

    /** Steps without rows, which only tell the stages what has ended. */
    int withoutRows() {
        int count = 0;
        for (Step step : steps.values()) {
            if (step.sequences().isEmpty()) {
                count++;
            }
        }
        return count;
    }
}
