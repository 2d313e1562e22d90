package dev.molink.stagenode.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sequence that the step is the first to use, or to use again after it was preempted. The sampling stage keeps what it
 * needs to sample.
 *
 * @param choice index among the request's choices; part of the counter of its random numbers
 * @param promptTokens ids of the prompt; what follows them was generated
 * @param cachedTokens leading positions whose keys and values are in the blocks that the step gives it
 * @param history prompt and generated ids so far, where sampling needs them (penalties, grammar, log-probabilities of the
 *     prompt); else empty
 * @param promptLogprobs alternatives, 0 to 20, whose log-probabilities are wanted at each position of the prompt;
 *     {@link SamplingParameters#NO_LOGPROBS} for none at all
 * @param grammar content hash of the grammar that the generated text keeps to; null: free
 */
public record SequenceStart(
        long sequenceId,
        String requestId,
        int choice,
        int promptTokens,
        int cachedTokens,
        SamplingParameters sampling,
        List<Integer> history,
        int promptLogprobs,
        @Nullable String grammar) {

    public SequenceStart {
        history = List.copyOf(history);
    }

    /** Of a sequence that needs nothing beyond its parameters. */
    public static SequenceStart plain(
            long sequenceId, String requestId, int choice, int promptTokens, SamplingParameters sampling) {
        return new SequenceStart(
                sequenceId,
                requestId,
                choice,
                promptTokens,
                0,
                sampling,
                List.of(),
                SamplingParameters.NO_LOGPROBS,
                null);
    }
}
