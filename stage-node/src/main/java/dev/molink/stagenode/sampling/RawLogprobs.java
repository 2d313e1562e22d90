package dev.molink.stagenode.sampling;

import dev.molink.stagenode.plan.TokenLogprobs;
import dev.molink.stagenode.plan.TokenLogprobs.Alternative;
import java.util.ArrayList;
import java.util.List;

/** Log-probabilities of a row of logits that no rule has touched. One pass over the row gives the sum of its weights. */
final class RawLogprobs {

    static final int MAX_ALTERNATIVES = 20;

    private final LogitRow row;
    private final Candidates candidates;
    private final int[] top = new int[MAX_ALTERNATIVES];

    /** Borrows both; what they hold is lost with every call. */
    RawLogprobs(LogitRow row, Candidates candidates) {
        this.row = row;
        this.candidates = candidates;
    }

    /** Of the row as it stands. */
    TokenLogprobs of(int tokenId, int alternatives) throws BadLogitsException {
        if (alternatives < 0 || alternatives > MAX_ALTERNATIVES) {
            throw new IllegalArgumentException(
                    "%d alternatives asked for, 0 to %d can be given".formatted(alternatives, MAX_ALTERNATIVES));
        }
        float own = row.logit(tokenId);
        double logOfSum = logOfSum();
        List<Alternative> most = new ArrayList<>(alternatives);
        int found = findTop(Math.min(alternatives, row.vocabularySize()));
        for (int i = 0; i < found; i++) {
            most.add(new Alternative(top[i], (float) (row.logits()[top[i]] - logOfSum)));
        }
        return new TokenLogprobs((float) (own - logOfSum), 1 + countAbove(own), most);
    }

    private double logOfSum() {
        float largest = row.largest();
        candidates.take(row.logits(), largest + TokenWeights.SMALLEST_EXPONENT, 0);
        candidates.weigh(row.logits(), largest, 1);
        return largest + candidates.logOfTotal();
    }

    private int countAbove(float logit) {
        int above = 0;
        for (float each : row.logits()) {
            above += each > logit ? 1 : 0;
        }
        return above;
    }

    /** Fills {@link #top} by falling logit, among equals the lower id first; tokens out of the question come last. */
    private int findTop(int wanted) {
        float[] logits = row.logits();
        int found = 0;
        for (int id = 0; wanted > 0 && id < logits.length; id++) {
            if (found == wanted && logits[id] <= logits[top[found - 1]]) {
                continue;
            }
            int place = found == wanted ? wanted - 1 : found++;
            for (; place > 0 && logits[id] > logits[top[place - 1]]; place--) {
                top[place] = top[place - 1];
            }
            top[place] = id;
        }
        return found;
    }
}
