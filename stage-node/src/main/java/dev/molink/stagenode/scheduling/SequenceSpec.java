package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.SequenceStart;
import java.util.List;

/**
 * One generation to run.
 *
 * @param start its id, rising with arrival, and how it is sampled; its stop ids end it
 * @param tokenIds prompt, and behind it what was generated already
 * @param maxTokens length at which it ends: prompt and generated ids together
 */
public record SequenceSpec(SequenceStart start, List<Integer> tokenIds, int maxTokens) {

    public SequenceSpec {
        tokenIds = List.copyOf(tokenIds);
        if (tokenIds.isEmpty() || maxTokens <= tokenIds.size()) {
            throw new IllegalArgumentException("sequence %d: %d tokens that may grow to %d have nothing to generate"
                    .formatted(start.sequenceId(), tokenIds.size(), maxTokens));
        }
    }

    long sequenceId() {
        return start.sequenceId();
    }
}
