package dev.molink.stagenode.sampling;

import dev.molink.stagenode.plan.TokenLogprobs;
import java.lang.foreign.MemorySegment;

/**
 * Picks the next token from a row of logits. The order of the steps is fixed: refusal of logits that are not a number or
 * plus infinity; what the sequence's rules do to single ids ({@link SampledSequence#applyRules}); temperature 0 takes the
 * largest logit, among equals the lowest id, and nothing further applies; then temperature, min-p, top-k, top-p,
 * typical-p, softmax, and a draw by {@link CounterRandom}. Minus infinity is a token that is out of the question. One
 * thread at a time; allocates nothing per token.
 */
final class Sampler {

    private final LogitRow row;
    private final Candidates candidates;
    private final RawLogprobs logprobs;

    Sampler(int vocabularySize) {
        if (vocabularySize < 1) {
            throw new IllegalArgumentException(
                    "a vocabulary of %d tokens has none to sample".formatted(vocabularySize));
        }
        row = new LogitRow(vocabularySize);
        candidates = new Candidates(vocabularySize);
        logprobs = new RawLogprobs(row, candidates);
    }

    int vocabularySize() {
        return row.vocabularySize();
    }

    /**
     * The token that takes {@code position}; equal arguments give the equal token. The sequence stays as it is.
     *
     * @param logits {@code [rows, vocabularySize]} f32, little-endian, row-major; read only
     * @param position of the token within its sequence, prompt included
     * @throws BadLogitsException if the row must not be sampled from
     */
    int sample(MemorySegment logits, int row, SampledSequence sequence, int position) throws BadLogitsException {
        this.row.load(logits, row);
        int largest = applyRules(sequence, position);
        if (sequence.filters().temperature() == 0) {
            return largest;
        }
        filter(this.row.logits()[largest], sequence.filters());
        return candidates.draw(CounterRandom.bits(
                sequence.start().sampling().seed(), sequence.start().choice(), position));
    }

    /**
     * Log-probabilities of {@code tokenId} and of the most likely tokens, from the row as the model gave it.
     *
     * @param alternatives how many of the most likely tokens
     */
    TokenLogprobs logprobs(MemorySegment logits, int row, int tokenId, int alternatives) throws BadLogitsException {
        this.row.load(logits, row);
        return logprobs.of(tokenId, alternatives);
    }

    /** The distribution that {@link #sample} draws from, by token id. */
    double[] distribution(MemorySegment logits, SampledSequence sequence, int position) throws BadLogitsException {
        double[] probabilities = new double[vocabularySize()];
        row.load(logits, 0);
        int largest = applyRules(sequence, position);
        if (sequence.filters().temperature() == 0) {
            probabilities[largest] = 1;
            return probabilities;
        }
        filter(row.logits()[largest], sequence.filters());
        for (int i = 0; i < candidates.count(); i++) {
            probabilities[candidates.id(i)] = candidates.probability(i);
        }
        return probabilities;
    }

    /** The token with the largest logit after the rules. */
    private int applyRules(SampledSequence sequence, int position) throws BadLogitsException {
        if (!sequence.applyRules(row, position)) {
            return row.largest();
        }
        row.summarise();
        int largest = row.largest();
        if (row.logits()[largest] == Float.NEGATIVE_INFINITY) {
            throw new BadLogitsException("no token may be picked at position %d; tokens are ruled out by %s"
                    .formatted(position, sequence.masksAt(position)));
        }
        if (!(row.logits()[largest] < Float.POSITIVE_INFINITY)) {
            throw new BadLogitsException(
                    "the logit of token %d is %s after bias and penalties".formatted(largest, row.logits()[largest]));
        }
        return largest;
    }

    private void filter(float largest, SampledSequence.Filters filters) {
        double inverseTemperature = 1 / filters.temperature();
        // Min-p and top-k are both thresholds on the logit, so that their order does not matter.
        // The logarithm of 0, min-p's off, is minus infinity.
        double smallest = Math.max(StrictMath.log(filters.minP()), TokenWeights.SMALLEST_EXPONENT);
        candidates.take(row, largest + smallest * filters.temperature(), filters.topK());
        candidates.weigh(row.logits(), largest, inverseTemperature);
        if (filters.topP() < 1) {
            candidates.keepTopP(row.logits(), filters.topP());
        }
        if (filters.typicalP() < 1) {
            candidates.keepTypicalP(row.logits(), largest, inverseTemperature, filters.typicalP());
        }
    }
}
