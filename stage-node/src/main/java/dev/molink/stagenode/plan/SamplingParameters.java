package dev.molink.stagenode.plan;

import java.util.List;
import java.util.Map;

/**
 * How the last stage picks a token; the order of application is the one in {@code docs/architecture.md}.
 *
 * @param temperature 0 picks the largest logit, among equals the lowest id
 * @param seed key of the counter-based random numbers
 * @param logprobs alternatives whose log-probabilities come with each token, 0 to 20; {@link #NO_LOGPROBS} for none at
 *     all
 */
public record SamplingParameters(
        float temperature, Filters filters, Penalties penalties, TokenRules tokens, long seed, int logprobs) {

    public static final int NO_LOGPROBS = -1;

    /** Temperature and end ids alone. */
    public static SamplingParameters plain(float temperature, long seed, List<Integer> stopTokenIds) {
        return new SamplingParameters(
                temperature, Filters.OFF, Penalties.OFF, TokenRules.stoppingAt(stopTokenIds), seed, NO_LOGPROBS);
    }

    /** Whether what was said so far has a say in the next token. */
    public boolean needsHistory() {
        return !penalties.equals(Penalties.OFF);
    }

    /**
     * What cuts off the unlikely tokens.
     *
     * @param topK 0 is off
     * @param topP 1 is off
     * @param minP 0 is off
     * @param typicalP 1 is off
     */
    public record Filters(int topK, float topP, float minP, float typicalP) {

        public static final Filters OFF = new Filters(0, 1, 0, 1);
    }

    /**
     * What repetition costs.
     *
     * @param repetition divides positive and multiplies negative logits of ids of prompt or generation; 1 is off
     * @param frequency taken off the logit for each time that the id was generated; 0 is off
     * @param presence taken off the logit of each id that was generated; 0 is off
     */
    public record Penalties(float repetition, float frequency, float presence) {

        public static final Penalties OFF = new Penalties(1, 0, 0);
    }

    /**
     * What is said about single ids.
     *
     * @param bias added to the logits of these ids
     * @param allowed the only ids that may be picked; empty: all
     * @param stop ids that end the sequence, the model's end ids included unless they are ignored
     * @param minTokens generated ids before which no stop id may be picked
     */
    public record TokenRules(Map<Integer, Float> bias, List<Integer> allowed, List<Integer> stop, int minTokens) {

        public TokenRules {
            bias = Map.copyOf(bias);
            allowed = List.copyOf(allowed);
            stop = List.copyOf(stop);
        }

        public static TokenRules stoppingAt(List<Integer> stopTokenIds) {
            return new TokenRules(Map.of(), List.of(), stopTokenIds, 0);
        }
    }
}
