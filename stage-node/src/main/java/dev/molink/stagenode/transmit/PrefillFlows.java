package dev.molink.stagenode.transmit;

import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * To which flow of a {@link TransmitQueue} the hidden state of each prefill step belongs, and what the flow adds later; told
 * by the plans that go over the same link. A step of several prompts belongs to its last one: it is through with the others.
 */
public final class PrefillFlows {

    private final Map<Long, Integer> promptTokens = new HashMap<>();
    private final Map<Long, Flow> flows = new HashMap<>();

    /**
     * A flow as it is with one of its steps.
     *
     * @param laterRows that later steps bring
     */
    public record Flow(long id, int laterRows) {}

    /** Takes the next plan. */
    public void follow(StepPlan plan) {
        for (SequenceEnd end : plan.ended()) {
            promptTokens.remove(end.sequenceId());
            flows.values().removeIf(flow -> flow.id() == end.sequenceId());
        }
        for (SequenceStart start : plan.starts()) {
            promptTokens.put(start.sequenceId(), start.promptTokens());
        }
        if (plan.kind() == StepKind.PREFILL && !plan.rows().isEmpty()) {
            SequenceRows last = plan.rows().getLast();
            int prompt = promptTokens.getOrDefault(last.sequenceId(), 0);
            int later = Math.max(0, prompt - last.firstPosition() - last.tokenCount());
            flows.put(plan.stepId(), new Flow(last.sequenceId(), later));
        }
    }

    /** The flow of a step, which is asked for once; null of one that does not prefill or was never told. */
    public @Nullable Flow take(long stepId) {
        return flows.remove(stepId);
    }
}
