package dev.molink.gateway.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.gateway.generation.ChunkFormat;
import dev.molink.gateway.generation.CollectedAnswer;
import dev.molink.gateway.generation.Delta;
import dev.molink.gateway.generation.EarlyEnd;
import dev.molink.gateway.generation.GenerationOptions;
import dev.molink.gateway.generation.PromptLogprobs;
import dev.molink.gateway.generation.Usage;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** OpenAI's chat completion, whole and in chunks. */
final class ChatAnswers {

    private ChatAnswers() {}

    static Completion completion(
            String id, long created, String model, GenerationOptions options, CollectedAnswer answer) {
        boolean scored = options.logprobs().scored();
        List<Choice> choices = answer.choices().stream()
                .map(choice -> new Choice(
                        choice.index(),
                        new Message("assistant", choice.text(), null),
                        scored ? ChatLogprobs.of(choice.tokens()) : null,
                        choice.finishReason()))
                .toList();
        return new Completion(
                id,
                "chat.completion",
                created,
                model,
                choices,
                answer.usage(),
                options.tier(),
                answer.promptScores().isEmpty()
                        ? null
                        : PromptLogprobs.of(answer.promptScores().getFirst()),
                answer.early());
    }

    /**
     * A whole answer.
     *
     * @param promptLogprobs vLLM's addition; null where the request does not ask for it
     * @param molink ours; null unless the answer ended before its time
     */
    record Completion(
            String id,
            String object,
            long created,
            String model,
            List<Choice> choices,
            Usage usage,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("service_tier") @Nullable
            String serviceTier,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("prompt_logprobs") @Nullable
            List<@Nullable Map<Integer, PromptLogprobs.Entry>> promptLogprobs,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            EarlyEnd molink) {}

    record Choice(
            int index,
            Message message,
            @Nullable ChatLogprobs logprobs,
            @JsonProperty("finish_reason") String finishReason) {}

    record Message(String role, String content, @Nullable String refusal) {}

    /** All chunks of one answer share id and time. */
    record Chunks(String id, long created, String model, int choices, GenerationOptions options)
            implements ChunkFormat {

        private static final String OBJECT = "chat.completion.chunk";

        @Override
        public List<Object> opening() {
            return IntStream.range(0, choices)
                    .mapToObj(index -> chunk(new ChunkChoice(index, new ChunkDelta("assistant", ""), null, null), null))
                    .toList();
        }

        @Override
        public Object chunk(Delta delta) {
            return chunk(
                    new ChunkChoice(
                            delta.index(),
                            new ChunkDelta(null, delta.text()),
                            options.logprobs().scored() ? ChatLogprobs.of(delta.tokens()) : null,
                            delta.finishReason()),
                    delta.early());
        }

        @Override
        public Object usage(Usage usage) {
            return new ChunkWithUsage(id, OBJECT, created, model, List.of(), options.tier(), usage, null);
        }

        private Object chunk(ChunkChoice choice, @Nullable EarlyEnd early) {
            return options.includeUsage()
                    ? new ChunkWithUsage(id, OBJECT, created, model, List.of(choice), options.tier(), null, early)
                    : new Chunk(id, OBJECT, created, model, List.of(choice), options.tier(), early);
        }
    }

    record Chunk(
            String id,
            String object,
            long created,
            String model,
            List<ChunkChoice> choices,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("service_tier") @Nullable
            String serviceTier,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            EarlyEnd molink) {}

    /** Where usage was asked for, every chunk has the key, null until the last. */
    record ChunkWithUsage(
            String id,
            String object,
            long created,
            String model,
            List<ChunkChoice> choices,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("service_tier") @Nullable
            String serviceTier,

            @Nullable Usage usage,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            EarlyEnd molink) {}

    record ChunkChoice(
            int index,
            ChunkDelta delta,
            @Nullable ChatLogprobs logprobs,
            @JsonProperty("finish_reason") @Nullable String finishReason) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ChunkDelta(@Nullable String role, String content) {}
}
