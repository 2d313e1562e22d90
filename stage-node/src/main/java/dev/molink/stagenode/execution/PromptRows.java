package dev.molink.stagenode.execution;

import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rows of a step the last stage computes logits for, beyond those that are sampled: sequences whose prompt's
 * log-probabilities are wanted need the logits of every position that has a prompt token behind it.
 */
public final class PromptRows {

    /** Live sequences that want log-probabilities of their prompt: few, mostly none. */
    private final List<SequenceStart> prompts = new ArrayList<>();

    /** Forgets every sequence. */
    public void clear() {
        prompts.clear();
    }

    /** Takes note of the sequences that end and start with the plan. */
    public void apply(StepPlan plan) {
        for (int i = 0; i < plan.ended().size(); i++) {
            forget(plan.ended().get(i));
        }
        for (int i = 0; i < plan.starts().size(); i++) {
            SequenceStart start = plan.starts().get(i);
            if (start.promptLogprobs() != SamplingParameters.NO_LOGPROBS) {
                prompts.add(start);
            }
        }
    }

    private void forget(SequenceEnd end) {
        for (int i = prompts.size() - 1; i >= 0; i--) {
            if (prompts.get(i).sequenceId() == end.sequenceId()) {
                prompts.remove(i);
            }
        }
    }

    /** First positions of a sequence's rows whose logits are wanted for the prompt: those before this one. */
    public int promptEnd(StepPlan plan, SequenceRows rows) {
        if (plan.kind() != StepKind.PREFILL) {
            return 0;
        }
        for (int i = 0; i < prompts.size(); i++) {
            if (prompts.get(i).sequenceId() == rows.sequenceId()) {
                return prompts.get(i).promptTokens() - 1;
            }
        }
        return 0;
    }
}
