package dev.molink.bench.fleet;

import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepPlan;
import java.util.HashMap;
import java.util.Map;

/**
 * To which flow of a transmit queue a prefill piece belongs, and what that will add later. A piece of several prompts
 * belongs to its last one: those in front of it are through with it.
 */
final class PrefillFlows {

    private final Map<Long, Integer> promptTokens = new HashMap<>();

    void follow(StepPlan plan) {
        for (SequenceEnd end : plan.ended()) {
            promptTokens.remove(end.sequenceId());
        }
        for (SequenceStart start : plan.starts()) {
            promptTokens.put(start.sequenceId(), start.promptTokens());
        }
    }

    static long flow(StepPlan plan) {
        return plan.rows().getLast().sequenceId();
    }

    /** Rows of the flow that later pieces bring. */
    int laterRows(StepPlan plan) {
        SequenceRows last = plan.rows().getLast();
        int prompt = promptTokens.getOrDefault(last.sequenceId(), 0);
        return Math.max(0, prompt - last.firstPosition() - last.tokenCount());
    }
}
