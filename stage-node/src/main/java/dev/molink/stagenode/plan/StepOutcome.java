package dev.molink.stagenode.plan;

import java.util.List;

/** What the last stage sends straight back to the head: one token per sampled sequence, or why the step failed. */
public sealed interface StepOutcome {

    long epoch();

    long stepId();

    /**
     * Every row was computed. Each sampled row of the plan is either in {@code tokens} or in {@code badLogits}.
     *
     * @param tokens in the order of the plan's sampled rows
     * @param badLogits sequences whose logits must not be sampled from; the other sequences of the step go on
     */
    record Sampled(long epoch, long stepId, List<SampledToken> tokens, List<BadLogits> badLogits)
            implements StepOutcome {

        public Sampled {
            tokens = List.copyOf(tokens);
            badLogits = List.copyOf(badLogits);
        }

        public Sampled(long epoch, long stepId, List<SampledToken> tokens) {
            this(epoch, stepId, tokens, List.of());
        }
    }

    /** The step failed; nothing of it was sampled. {@code reason} names the stage and what was wrong. */
    record Failed(long epoch, long stepId, String reason) implements StepOutcome {}

    /** A token and the position it takes in its sequence. */
    record SampledToken(long sequenceId, int position, int tokenId) {}

    /** Logits that are not a number or infinite, or leave no token to pick. {@code reason} names the stage. */
    record BadLogits(long sequenceId, String reason) {}
}
