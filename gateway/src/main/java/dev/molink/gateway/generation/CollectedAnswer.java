package dev.molink.gateway.generation;

import java.util.ArrayList;
import java.util.List;

/** A whole answer: all choices by index, and the usage. */
public record CollectedAnswer(List<Choice> choices, Usage usage) {

    public CollectedAnswer {
        choices = List.copyOf(choices);
    }

    public record Choice(int index, String text, String finishReason) {}

    static final class Builder {

        private final List<StringBuilder> texts = new ArrayList<>();
        private final String[] finishReasons;

        Builder(int choices) {
            finishReasons = new String[choices];
            for (int index = 0; index < choices; index++) {
                texts.add(new StringBuilder());
                finishReasons[index] = "";
            }
        }

        void add(Delta delta) {
            texts.get(delta.index()).append(delta.text());
            if (delta.finishReason() != null) {
                finishReasons[delta.index()] = delta.finishReason();
            }
        }

        CollectedAnswer build(Usage usage) {
            List<Choice> choices = new ArrayList<>();
            for (int index = 0; index < texts.size(); index++) {
                choices.add(new Choice(index, texts.get(index).toString(), finishReasons[index]));
            }
            return new CollectedAnswer(choices, usage);
        }
    }
}
