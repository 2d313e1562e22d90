package dev.molink.gateway.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.gateway.generation.ChunkFormat;
import dev.molink.gateway.generation.CollectedAnswer;
import dev.molink.gateway.generation.Delta;
import dev.molink.gateway.generation.Usage;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** OpenAI's chat completion, whole and in chunks. */
final class ChatAnswers {

    private ChatAnswers() {}

    static Completion completion(String id, long created, String model, CollectedAnswer answer) {
        List<Choice> choices = answer.choices().stream()
                .map(choice -> new Choice(
                        choice.index(), new Message("assistant", choice.text(), null), null, choice.finishReason()))
                .toList();
        return new Completion(id, "chat.completion", created, model, choices, answer.usage());
    }

    record Completion(String id, String object, long created, String model, List<Choice> choices, Usage usage) {}

    record Choice(
            int index,
            Message message,
            @Nullable Object logprobs,
            @JsonProperty("finish_reason") String finishReason) {}

    record Message(String role, String content, @Nullable String refusal) {}

    /** All chunks of one answer share id and time. */
    record Chunks(String id, long created, String model, int choices, boolean includeUsage) implements ChunkFormat {

        @Override
        public List<Object> opening() {
            return IntStream.range(0, choices)
                    .mapToObj(index -> chunk(new ChunkChoice(index, new ChunkDelta("assistant", ""), null, null)))
                    .toList();
        }

        @Override
        public Object chunk(Delta delta) {
            return chunk(
                    new ChunkChoice(delta.index(), new ChunkDelta(null, delta.text()), null, delta.finishReason()));
        }

        @Override
        public Object usage(Usage usage) {
            return new ChunkWithUsage(id, "chat.completion.chunk", created, model, List.of(), usage);
        }

        private Object chunk(ChunkChoice choice) {
            return includeUsage
                    ? new ChunkWithUsage(id, "chat.completion.chunk", created, model, List.of(choice), null)
                    : new Chunk(id, "chat.completion.chunk", created, model, List.of(choice));
        }
    }

    record Chunk(String id, String object, long created, String model, List<ChunkChoice> choices) {}

    /** Where usage was asked for, every chunk has the key, null until the last. */
    record ChunkWithUsage(
            String id,
            String object,
            long created,
            String model,
            List<ChunkChoice> choices,
            @Nullable Usage usage) {}

    record ChunkChoice(
            int index,
            ChunkDelta delta,
            @Nullable Object logprobs,
            @JsonProperty("finish_reason") @Nullable String finishReason) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ChunkDelta(@Nullable String role, String content) {}
}
