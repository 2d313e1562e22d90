package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import java.util.List;

/** Reads the tokens of an outcome along with the rows of its plan, which stand in the same order. */
final class TokenReader {

    private final List<SampledToken> tokens;
    private int next;

    TokenReader(List<SampledToken> tokens) {
        this.tokens = tokens;
    }

    /** The tokens that were sampled from the given rows; empty if there are none. */
    List<SampledToken> of(SequenceRows rows) {
        int first = next;
        while (next < tokens.size() && tokens.get(next).sequenceId() == rows.sequenceId()) {
            next++;
        }
        return tokens.subList(first, next);
    }
}
