package dev.molink.stagenode.engine.machine;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import org.jspecify.annotations.Nullable;

/** What a stage is to do next. */
public sealed interface Decision {

    /** Hand the plan on; where that cannot be done, say so with {@link StageMachine#failed}. */
    record Forward(StepPlan plan) implements Decision {}

    /**
     * Compute the step, hand on what comes out, and tell {@link StageMachine#ran} or {@link StageMachine#failed}.
     *
     * @param hiddenIn belongs to the taker; null where the stage embeds, or the plan has no rows
     */
    record Run(StepPlan plan, @Nullable Activation hiddenIn) implements Decision {}

    /** The rows of this plan are not computed; the sequences that it ends are over all the same. */
    record End(StepPlan plan) implements Decision {}

    /** Send this to the head. */
    record Report(StepOutcome outcome) implements Decision {}

    /** Send this towards the head, with what is known of the outgoing link. */
    record Measured(StageReport report) implements Decision {}

    /** Nothing is due before {@code untilNanos} unless an event comes. */
    record Idle(long untilNanos) implements Decision {}
}
