package dev.molink.gateway.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.molink.gateway.generation.Delta;
import dev.molink.gateway.generation.EarlyEnd;
import dev.molink.gateway.generation.LineFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of every choice so far; MoLink repeats the prompt in front of each, whole or streamed. */
final class GeneratedText implements LineFormat {

    private final List<StringBuilder> texts = new ArrayList<>();
    private @Nullable EarlyEnd early;

    GeneratedText(String prompt, int choices) {
        for (int index = 0; index < choices; index++) {
            texts.add(new StringBuilder(prompt));
        }
    }

    @Override
    public void add(Delta delta) {
        texts.get(delta.index()).append(delta.text());
        early = early == null ? delta.early() : early;
    }

    @Override
    public Answer line() {
        return new Answer(texts.stream().map(StringBuilder::toString).toList(), early);
    }

    /** @param molink null unless the answer ended before its time */
    record Answer(
            List<String> text,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            EarlyEnd molink) {}
}
