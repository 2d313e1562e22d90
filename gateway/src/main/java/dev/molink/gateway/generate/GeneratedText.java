package dev.molink.gateway.generate;

import dev.molink.gateway.generation.Delta;
import dev.molink.gateway.generation.LineFormat;
import java.util.ArrayList;
import java.util.List;

/** The text of every choice so far; MoLink repeats the prompt in front of each, whole or streamed. */
final class GeneratedText implements LineFormat {

    private final List<StringBuilder> texts = new ArrayList<>();

    GeneratedText(String prompt, int choices) {
        for (int index = 0; index < choices; index++) {
            texts.add(new StringBuilder(prompt));
        }
    }

    @Override
    public void add(Delta delta) {
        texts.get(delta.index()).append(delta.text());
    }

    @Override
    public Answer line() {
        return new Answer(texts.stream().map(StringBuilder::toString).toList());
    }

    record Answer(List<String> text) {}
}
