package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.SamplingParameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prompt and the sequences that continue it, one for each choice. Their ids are {@code firstSequenceId …
 * firstSequenceId + choices − 1}.
 *
 * @param firstSequenceId higher than each id that was added before
 * @param generatedTokenIds generated already; with more than one choice empty
 * @param maxTokens length at which a sequence ends: prompt and generated ids together
 * @param cacheSalt only requests of the same salt share KV blocks of equal prefixes
 * @param limits how long it may take
 */
public record RequestSpec(
        String requestId,
        long firstSequenceId,
        int choices,
        List<Integer> promptTokenIds,
        List<Integer> generatedTokenIds,
        int maxTokens,
        Sampling sampling,
        Priority priority,
        String cacheSalt,
        TimeLimits limits) {

    public RequestSpec {
        promptTokenIds = List.copyOf(promptTokenIds);
        generatedTokenIds = List.copyOf(generatedTokenIds);
        if (choices < 1 || (choices > 1 && !generatedTokenIds.isEmpty())) {
            throw new IllegalArgumentException("request %s: %d choices that continue %d generated ids"
                    .formatted(requestId, choices, generatedTokenIds.size()));
        }
        int tokens = promptTokenIds.size() + generatedTokenIds.size();
        if (promptTokenIds.isEmpty() || maxTokens <= tokens) {
            throw new IllegalArgumentException("request %s: %d tokens that may grow to %d have nothing to generate"
                    .formatted(requestId, tokens, maxTokens));
        }
    }

    /**
     * How the last stage samples.
     *
     * @param promptLogprobs alternatives whose log-probabilities are wanted at each position of the prompt;
     *     {@link SamplingParameters#NO_LOGPROBS} for none at all
     * @param grammar content hash of the grammar that the generated text keeps to; null: free
     */
    public record Sampling(
            SamplingParameters parameters,
            int promptLogprobs,
            @Nullable String grammar) {

        public static Sampling free(SamplingParameters parameters) {
            return new Sampling(parameters, SamplingParameters.NO_LOGPROBS, null);
        }

        /** Whether the sampling stage must know the ids so far. */
        boolean needsHistory() {
            return grammar != null || parameters.needsHistory();
        }
    }

    /**
     * When a sequence is given up, in the scheduler's time.
     *
     * @param admissionNanos if it was not admitted once until then
     * @param endNanos if it is not over until then
     */
    public record TimeLimits(long admissionNanos, long endNanos) {

        public static final TimeLimits NONE = new TimeLimits(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    int tokens() {
        return promptTokenIds.size() + generatedTokenIds.size();
    }
}
