package dev.molink.gateway.completions;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.gateway.generation.ChunkFormat;
import dev.molink.gateway.generation.CollectedAnswer;
import dev.molink.gateway.generation.Delta;
import dev.molink.gateway.generation.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenAI's text completion, whole and in chunks, which have the same shape. */
final class CompletionAnswers {

    private CompletionAnswers() {}

    static CompletionWithUsage completion(String id, long created, String model, CollectedAnswer answer) {
        List<Choice> choices = answer.choices().stream()
                .map(choice -> new Choice(choice.index(), choice.text(), null, choice.finishReason()))
                .toList();
        return new CompletionWithUsage(id, "text_completion", created, model, choices, answer.usage());
    }

    record Chunks(String id, long created, String model, boolean includeUsage) implements ChunkFormat {

        @Override
        public List<Object> opening() {
            return List.of();
        }

        @Override
        public Object chunk(Delta delta) {
            List<Choice> choices = List.of(new Choice(delta.index(), delta.text(), null, delta.finishReason()));
            return includeUsage
                    ? new CompletionWithUsage(id, "text_completion", created, model, choices, null)
                    : new Completion(id, "text_completion", created, model, choices);
        }

        @Override
        public Object usage(Usage usage) {
            return new CompletionWithUsage(id, "text_completion", created, model, List.of(), usage);
        }
    }

    record Completion(String id, String object, long created, String model, List<Choice> choices) {}

    record CompletionWithUsage(
            String id,
            String object,
            long created,
            String model,
            List<Choice> choices,
            @Nullable Usage usage) {}

    record Choice(
            int index,
            String text,
            @Nullable Object logprobs,
            @JsonProperty("finish_reason") @Nullable String finishReason) {}
}
