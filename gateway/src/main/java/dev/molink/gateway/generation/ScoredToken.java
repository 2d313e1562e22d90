package dev.molink.gateway.generation;

import dev.molink.gateway.tokenizer.Tokenizer;
import dev.molink.proto.node.v1.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One token of an answer with its log-probability, a natural logarithm.
 *
 * @param logprob null for the first token of a prompt, which nothing predicted
 * @param rank 1 + the number of likelier tokens; 0 where there is no log-probability
 * @param top the likeliest tokens, falling; the token itself is not always among them
 * @param textOffset characters (Unicode code points) of the choice's text before this token
 */
public record ScoredToken(
        int id, TokenText token, @Nullable Float logprob, int rank, List<Alternative> top, int textOffset) {

    /** What JSON, which has no infinity, gets for a token that cannot be: OpenAI's word for "very unlikely". */
    private static final float LEAST = -9999;

    public ScoredToken {
        top = List.copyOf(top);
    }

    public record Alternative(int id, TokenText token, float logprob) {}

    static ScoredToken of(Tokenizer tokenizer, int id, TokenLogprobs scores, int maxTop, int textOffset) {
        int count = Math.min(maxTop, Math.min(scores.getTopTokenIdsCount(), scores.getTopLogprobsCount()));
        List<Alternative> top = new ArrayList<>(count);
        for (int rank = 0; rank < count; rank++) {
            int other = scores.getTopTokenIds(rank);
            top.add(new Alternative(
                    other, TokenText.of(tokenizer.tokenBytes(other)), finite(scores.getTopLogprobs(rank))));
        }
        return new ScoredToken(
                id,
                TokenText.of(tokenizer.tokenBytes(id)),
                finite(scores.getLogprob()),
                scores.getRank(),
                top,
                textOffset);
    }

    static ScoredToken unscored(Tokenizer tokenizer, int id, int textOffset) {
        return new ScoredToken(id, TokenText.of(tokenizer.tokenBytes(id)), null, 0, List.of(), textOffset);
    }

    private static float finite(float logprob) {
        return Math.max(LEAST, logprob);
    }
}
