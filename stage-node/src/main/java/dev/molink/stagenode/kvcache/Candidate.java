package dev.molink.stagenode.kvcache;

/**
 * A sequence that asks for KV blocks.
 *
 * @param chain of its ids; kept with the sequence, a preempted one comes back with the same
 * @param tokens ids that it has, generated ones of an earlier run included; at least 1
 * @param reusableTokens leading positions for which blocks of the prefix cache may stand; 0 where every row has to be
 *     computed, as for log-probabilities of the prompt. Its own blocks may be shared either way
 */
public record Candidate(long sequenceId, PrefixChain chain, int tokens, int reusableTokens) {

    public Candidate {
        if (tokens < 1 || reusableTokens < 0) {
            throw new IllegalArgumentException("sequence %d has %d tokens, %d of them reusable; at least 1 and 0 it is"
                    .formatted(sequenceId, tokens, reusableTokens));
        }
    }
}
