package dev.molink.bench.codec;

import dev.molink.stagenode.codec.ActivationCodec;

/** Two models' predictions of the same tokens. Sums are in double precision. */
final class Comparison {

    private long positions;
    private long sameTop;
    private double expectedSurprise;
    private double surprise;
    private double divergence;

    /**
     * @param expected logits {@code [vocabulary]} of the exact model
     * @param actual logits {@code [vocabulary]} of the other one
     * @param next the token that follows
     */
    void add(float[] expected, float[] actual, int next) {
        double expectedSum = logSumOfExponentials(expected);
        double actualSum = logSumOfExponentials(actual);
        positions++;
        sameTop += top(expected) == top(actual) ? 1 : 0;
        expectedSurprise += expectedSum - expected[next];
        surprise += actualSum - actual[next];
        for (int i = 0; i < expected.length; i++) {
            double logProbability = expected[i] - expectedSum;
            divergence += Math.exp(logProbability) * (logProbability - (actual[i] - actualSum));
        }
    }

    private static double logSumOfExponentials(float[] logits) {
        double largest = logits[top(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return largest + Math.log(sum);
    }

    /** The smallest id with the largest logit, as greedy sampling chooses it. */
    private static int top(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /** @throws IllegalStateException if nothing was compared */
    LossReport.Row row(int cuts, ActivationCodec codec) {
        if (positions == 0) {
            throw new IllegalStateException("no token was predicted: a text needs at least two");
        }
        return new LossReport.Row(
                cuts,
                codec.toString(),
                Math.exp(surprise / positions),
                Math.expm1((surprise - expectedSurprise) / positions),
                (double) sameTop / positions,
                divergence / positions);
    }
}
