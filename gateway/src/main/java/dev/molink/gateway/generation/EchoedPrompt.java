package dev.molink.gateway.generation;

import dev.molink.gateway.tokenizer.IncrementalDetokenizer;
import dev.molink.gateway.tokenizer.Tokenizer;
import dev.molink.proto.node.v1.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;

/** A prompt as it stands in front of its choices. */
final class EchoedPrompt {

    private EchoedPrompt() {}

    /**
     * The prompt's tokens.
     *
     * @param scores of the ids from the second on; an id without one has no log-probability
     */
    static List<ScoredToken> tokens(Tokenizer tokenizer, Prompt prompt, List<TokenLogprobs> scores, int maxTop) {
        int[] offsets = offsets(tokenizer, prompt);
        List<ScoredToken> tokens = new ArrayList<>(offsets.length);
        for (int at = 0; at < offsets.length; at++) {
            int id = prompt.ids().get(at);
            tokens.add(
                    at == 0 || at > scores.size()
                            ? ScoredToken.unscored(tokenizer, id, offsets[at])
                            : ScoredToken.of(tokenizer, id, scores.get(at - 1), maxTop, offsets[at]));
        }
        return tokens;
    }

    /** Where each token begins in the prompt's text, which lacks what the tokenizer put in front of it. */
    private static int[] offsets(Tokenizer tokenizer, Prompt prompt) {
        int[] offsets = new int[prompt.ids().size()];
        IncrementalDetokenizer detokenizer = tokenizer.detokenizer(false);
        int codePoints = 0;
        for (int at = 0; at < offsets.length; at++) {
            offsets[at] = codePoints;
            String added = detokenizer.accept(prompt.ids().get(at));
            codePoints += added.codePointCount(0, added.length());
        }
        String rest = detokenizer.flush();
        int length = prompt.text().codePointCount(0, prompt.text().length());
        int inFront = codePoints + rest.codePointCount(0, rest.length()) - length;
        for (int at = 0; at < offsets.length; at++) {
            offsets[at] = Math.clamp(offsets[at] - inFront, 0, length);
        }
        return offsets;
    }
}
