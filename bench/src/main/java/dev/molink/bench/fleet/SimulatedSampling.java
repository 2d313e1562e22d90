package dev.molink.bench.fleet;

import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.List;

/** Samples what a text says; of drafts, those that it says are accepted. */
final class SimulatedSampling {

    private final RequestText text;

    SimulatedSampling(RequestText text) {
        this.text = text;
    }

    StepOutcome outcome(StepPlan plan) {
        List<SampledToken> tokens = new ArrayList<>();
        for (SequenceRows rows : plan.rows()) {
            sample(rows, tokens);
        }
        return new StepOutcome.Sampled(plan.epoch(), plan.stepId(), tokens);
    }

    private void sample(SequenceRows rows, List<SampledToken> tokens) {
        int end = rows.firstPosition() + rows.tokenCount();
        for (int position = end - rows.sampledRows() + 1; position <= end; position++) {
            int tokenId = text.tokenId(rows.sequenceId(), position);
            tokens.add(new SampledToken(rows.sequenceId(), position, tokenId));
            if (position < end && rows.tokenIds().get(position - rows.firstPosition()) != tokenId) {
                return;
            }
        }
    }
}
