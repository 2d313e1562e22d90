package dev.molink.stagenode.plan;

import java.util.List;

/**
 * A sequence that the step is the first to use. The sampling stage keeps what it needs to sample: parameters, the
 * choice's counter stream, and the prompt for penalties.
 *
 * @param choice index among the request's choices; part of the counter of its random numbers
 */
public record SequenceStart(long sequenceId, String requestId, int choice, SamplingParameters sampling) {

    /**
     * How the last stage picks a token; the order of application is the one in {@code docs/architecture.md}.
     *
     * @param temperature 0 picks the largest logit
     * @param topK 0 is off
     * @param topP 1 is off
     * @param minP 0 is off
     * @param seed key of the counter-based random numbers
     * @param stopTokenIds ids that end the sequence, the model's end ids included unless they are ignored
     */
    public record SamplingParameters(
            float temperature, int topK, float topP, float minP, long seed, List<Integer> stopTokenIds) {

        public SamplingParameters {
            stopTokenIds = List.copyOf(stopTokenIds);
        }
    }
}
