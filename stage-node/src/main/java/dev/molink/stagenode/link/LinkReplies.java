package dev.molink.stagenode.link;

import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;

/** Takes what comes back on a link that this end has dialled. Called by the transport's threads; it only enqueues. */
public interface LinkReplies {

    /** A step failed on a later stage. */
    void onOutcome(StepOutcome outcome);

    /** A later stage tells what it has measured. */
    void onReport(StageReport report);

    /** Called once if the link is lost, never for {@link OutboundLink#close}. */
    void onLoss(LinkLoss loss);
}
