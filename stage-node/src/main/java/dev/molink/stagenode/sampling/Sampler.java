package dev.molink.stagenode.sampling;

import dev.molink.stagenode.plan.SamplingParameters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Picks the next token from a row of logits. The order of the steps is fixed: refusal of logits that are not a number or
 * plus infinity; temperature 0 takes the largest logit, among equals the lowest id, and nothing further applies; then
 * temperature, min-p, top-k, top-p, softmax, and a draw by {@link CounterRandom}. Minus infinity is a token that is out
 * of the question. One thread at a time; allocates nothing per token.
 */
public final class Sampler {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Candidates candidates;

    public Sampler(int vocabularySize) {
        if (vocabularySize < 1) {
            throw new IllegalArgumentException(
                    "a vocabulary of %d tokens has none to sample".formatted(vocabularySize));
        }
        candidates = new Candidates(vocabularySize);
    }

    public int vocabularySize() {
        return candidates.logits().length;
    }

    /**
     * The token that takes {@code position}; equal arguments give the equal token.
     *
     * @param logits {@code [rows, vocabularySize]} f32, little-endian, row-major; read only
     * @param choice index among the request's choices
     * @param position of the token within its sequence, prompt included
     * @throws BadLogitsException if the row must not be sampled from
     */
    public int sample(MemorySegment logits, int row, SamplingParameters parameters, int choice, int position)
            throws BadLogitsException {
        float[] own = candidates.logits();
        MemorySegment.copy(logits, FLOAT, (long) row * own.length * Float.BYTES, own, 0, own.length);
        int largest = largestLogit();
        if (parameters.temperature() == 0) {
            return largest;
        }
        filter(own[largest], parameters);
        return draw(CounterRandom.uniform(parameters.seed(), choice, position));
    }

    /** The distribution that {@link #sample} draws from, by token id. */
    double[] distribution(float[] logits, SamplingParameters parameters) throws BadLogitsException {
        System.arraycopy(logits, 0, candidates.logits(), 0, logits.length);
        double[] probabilities = new double[logits.length];
        int largest = largestLogit();
        if (parameters.temperature() == 0) {
            probabilities[largest] = 1;
            return probabilities;
        }
        filter(logits[largest], parameters);
        double total = candidates.totalWeight();
        for (int i = 0; i < candidates.count(); i++) {
            probabilities[candidates.id(i)] = candidates.weight(i) / total;
        }
        return probabilities;
    }

    private int largestLogit() throws BadLogitsException {
        float[] logits = candidates.logits();
        int largest = 0;
        for (int id = 0; id < logits.length; id++) {
            float logit = logits[id];
            if (!(logit < Float.POSITIVE_INFINITY)) {
                throw new BadLogitsException("the logit of token %d is %s".formatted(id, logit));
            }
            if (logit > logits[largest]) {
                largest = id;
            }
        }
        if (logits[largest] == Float.NEGATIVE_INFINITY) {
            throw new BadLogitsException("all %d logits are minus infinity".formatted(logits.length));
        }
        return largest;
    }

    private void filter(float largest, SamplingParameters parameters) {
        candidates.takeAll();
        // Before min-p, which gives the same (both are thresholds on the logit), so that fewer tokens are weighed.
        if (parameters.filters().topK() > 0) {
            candidates.keepTopK(parameters.filters().topK());
        }
        candidates.weigh(largest, parameters.temperature());
        if (parameters.filters().minP() > 0) {
            candidates.keepMinP(parameters.filters().minP());
        }
        if (parameters.filters().topP() < 1) {
            candidates.keepTopP(parameters.filters().topP());
        }
    }

    private int draw(double uniform) {
        double target = uniform * candidates.totalWeight();
        int drawn = 0;
        double mass = 0;
        for (int i = 0; i < candidates.count() && mass <= target; i++) {
            if (candidates.weight(i) > 0) {
                mass += candidates.weight(i);
                drawn = candidates.id(i);
            }
        }
        return drawn;
    }
}
