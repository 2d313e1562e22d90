package dev.molink.stagenode.link;

import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;

/**
 * Takes what arrives on a link. Called by the transport's threads, for one link one call at a time; it only enqueues.
 * Plans come in the order in which the head decided them; a hidden state may come before its plan.
 */
public interface LinkReceiver {

    void onPlan(StepPlan plan);

    void onHiddenState(HiddenState hidden);

    void onOutcome(StepOutcome outcome);
}
