package dev.molink.stagenode.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the last stage sends straight back to the head: one token per sampled sequence, or why the step failed. */
public sealed interface StepOutcome {

    long epoch();

    long stepId();

    /**
     * Every row was computed. Each sampled row of the plan is either in {@code tokens} or in {@code badLogits}.
     *
     * @param tokens in the order of the plan's sampled rows; of a verify step, for each sequence the accepted drafts and
     *     the token behind them
     * @param promptLogprobs of prompts for which they were asked
     * @param badLogits sequences whose logits must not be sampled from; the other sequences of the step go on
     */
    record Sampled(
            long epoch,
            long stepId,
            List<SampledToken> tokens,
            List<PromptLogprobs> promptLogprobs,
            List<BadLogits> badLogits)
            implements StepOutcome {

        public Sampled {
            tokens = List.copyOf(tokens);
            promptLogprobs = List.copyOf(promptLogprobs);
            badLogits = List.copyOf(badLogits);
        }

        public Sampled(long epoch, long stepId, List<SampledToken> tokens) {
            this(epoch, stepId, tokens, List.of(), List.of());
        }
    }

    /** The step failed; nothing of it was sampled. {@code reason} names the stage and what was wrong. */
    record Failed(long epoch, long stepId, String reason) implements StepOutcome {}

    /**
     * A token and the position it takes in its sequence.
     *
     * @param logprobs null where none were asked for
     */
    record SampledToken(
            long sequenceId,
            int position,
            int tokenId,
            @Nullable TokenLogprobs logprobs) {

        public SampledToken(long sequenceId, int position, int tokenId) {
            this(sequenceId, position, tokenId, null);
        }
    }

    /** Log-probabilities of the prompt's own ids, from position {@code firstPosition} (at least 1) on. */
    record PromptLogprobs(long sequenceId, int firstPosition, List<TokenLogprobs> logprobs) {

        public PromptLogprobs {
            logprobs = List.copyOf(logprobs);
        }
    }

    /** Logits that are not a number or infinite, or leave no token to pick. {@code reason} names the stage. */
    record BadLogits(long sequenceId, String reason) {}
}
