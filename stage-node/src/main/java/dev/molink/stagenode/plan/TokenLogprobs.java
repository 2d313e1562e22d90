package dev.molink.stagenode.plan;

import java.util.List;

/**
 * Log-probabilities at one position, from the logits as the model gave them.
 *
 * @param logprob natural logarithm of the token's probability; minus infinity if it had none
 * @param rank 1 + the number of tokens that are more likely
 * @param top the most likely tokens, falling; among equals the lower id first
 */
public record TokenLogprobs(float logprob, int rank, List<Alternative> top) {

    public TokenLogprobs {
        top = List.copyOf(top);
    }

    public record Alternative(int tokenId, float logprob) {}
}
