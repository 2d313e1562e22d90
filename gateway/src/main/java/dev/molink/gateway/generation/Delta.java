package dev.molink.gateway.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text that one choice gained.
 *
 * @param index of the choice in the answer: prompt × n + choice of that prompt
 * @param tokens those that the text is made of; empty where the request wants no log-probabilities
 * @param finishReason OpenAI's word, with the last text of the choice; null before
 * @param early why the choice ended before its time, with its last text; null: it did not
 */
public record Delta(
        int index,
        String text,
        List<ScoredToken> tokens,
        @Nullable String finishReason,
        @Nullable EarlyEnd early) {

    public Delta {
        tokens = List.copyOf(tokens);
    }
}
