package dev.molink.gateway.generation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer: all choices by index, and the usage.
 *
 * @param early why it ended before its time; null: it did not
 * @param promptScores the tokens of each prompt with their log-probabilities; empty where the request wants none
 */
public record CollectedAnswer(
        List<Choice> choices,
        List<List<ScoredToken>> promptScores,
        Usage usage,
        @Nullable EarlyEnd early) {

    public CollectedAnswer {
        choices = List.copyOf(choices);
        promptScores = List.copyOf(promptScores);
    }

    /** @param tokens those that the text is made of; empty where the request wants no log-probabilities */
    public record Choice(int index, String text, List<ScoredToken> tokens, String finishReason) {

        public Choice {
            tokens = List.copyOf(tokens);
        }
    }

    static final class Builder {

        private final List<StringBuilder> texts = new ArrayList<>();
        private final List<List<ScoredToken>> tokens = new ArrayList<>();
        private final String[] finishReasons;
        private @Nullable EarlyEnd early;

        Builder(int choices) {
            finishReasons = new String[choices];
            for (int index = 0; index < choices; index++) {
                texts.add(new StringBuilder());
                tokens.add(new ArrayList<>());
                finishReasons[index] = "";
            }
        }

        void add(Delta delta) {
            texts.get(delta.index()).append(delta.text());
            tokens.get(delta.index()).addAll(delta.tokens());
            early = early == null ? delta.early() : early;
            if (delta.finishReason() != null) {
                finishReasons[delta.index()] = delta.finishReason();
            }
        }

        CollectedAnswer build(List<List<ScoredToken>> promptScores, Usage usage) {
            List<Choice> choices = new ArrayList<>();
            for (int index = 0; index < texts.size(); index++) {
                choices.add(new Choice(index, texts.get(index).toString(), tokens.get(index), finishReasons[index]));
            }
            return new CollectedAnswer(choices, promptScores, usage, early);
        }
    }
}
