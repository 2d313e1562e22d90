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
        float largest = row.logits()[row.largest()];
        candidates.take(row, largest + TokenWeights.SMALLEST_EXPONENT, 0);
        candidates.weigh(row.logits(), largest, 1);
        return largest + candidates.logOfTotal();
    }

    private int countAbove(float logit) {
        int own = LogitRow.key(logit);
        int[] keys = row.keys();
        int above = 0;
        for (int block = 0; block < row.blocks(); block++) {
            if (row.highestKey(block) > own) {
                int end = row.blockEnd(block);
                for (int id = block * LogitRow.BLOCK; id < end; id++) {
                    above += keys[id] > own ? 1 : 0;
                }
            }
        }
        return above;
    }

    /** Fills {@link #top} by falling logit, among equals the lower id first; tokens out of the question come last. */
    private int findTop(int wanted) {
        int[] keys = row.keys();
        int found = 0;
        for (int block = 0; wanted > 0 && block < row.blocks(); block++) {
            if (found == wanted && row.highestKey(block) <= keys[top[found - 1]]) {
                continue;
            }
            int end = row.blockEnd(block);
            for (int id = block * LogitRow.BLOCK; id < end; id++) {
                if (found < wanted) {
                    insert(keys, id, found++);
                } else if (keys[id] > keys[top[found - 1]]) {
                    insert(keys, id, found - 1);
                }
            }
        }
        return found;
    }

    private void insert(int[] keys, int id, int place) {
        for (; place > 0 && keys[id] > keys[top[place - 1]]; place--) {
            top[place] = top[place - 1];
        }
        top[place] = id;
    }
}
