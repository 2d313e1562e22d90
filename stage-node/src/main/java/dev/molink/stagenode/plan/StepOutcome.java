package dev.molink.stagenode.plan;

import java.util.List;

/** What the last stage sends straight back to the head: one token per sampled sequence, or why the step failed. */
public sealed interface StepOutcome {

    long epoch();

    long stepId();

    /** Every row was computed; {@code tokens} in the order of the plan's sampled rows. */
    record Sampled(long epoch, long stepId, List<SampledToken> tokens) implements StepOutcome {

        public Sampled {
            tokens = List.copyOf(tokens);
        }
    }

    /** The step failed; nothing of it was sampled. {@code reason} names the stage and what was wrong. */
    record Failed(long epoch, long stepId, String reason) implements StepOutcome {}

    /** A token and the position it takes in its sequence. */
    record SampledToken(long sequenceId, int position, int tokenId) {}
}
