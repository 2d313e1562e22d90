package dev.molink.gateway.completions;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.gateway.generation.ChunkFormat;
import dev.molink.gateway.generation.CollectedAnswer;
import dev.molink.gateway.generation.Delta;
import dev.molink.gateway.generation.EarlyEnd;
import dev.molink.gateway.generation.GenerationOptions;
import dev.molink.gateway.generation.PromptLogprobs;
import dev.molink.gateway.generation.ScoredToken;
import dev.molink.gateway.generation.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** OpenAI's text completion, whole and in chunks, which have the same shape. */
final class CompletionAnswers {

    private CompletionAnswers() {}

    static CompletionWithUsage completion(
            String id, long created, String model, GenerationOptions options, CollectedAnswer answer) {
        List<Choice> choices = answer.choices().stream()
                .map(choice -> new Choice(
                        choice.index(),
                        choice.text(),
                        logprobs(options, choice.tokens()),
                        choice.finishReason(),
                        answer.promptScores().isEmpty()
                                ? null
                                : PromptLogprobs.of(answer.promptScores().get(choice.index() / options.choices()))))
                .toList();
        return new CompletionWithUsage(
                id, "text_completion", created, model, choices, options.tier(), answer.usage(), answer.early());
    }

    private static @Nullable CompletionLogprobs logprobs(GenerationOptions options, List<ScoredToken> tokens) {
        return options.logprobs().scored() ? CompletionLogprobs.of(tokens) : null;
    }

    record Chunks(String id, long created, String model, GenerationOptions options) implements ChunkFormat {

        @Override
        public List<Object> opening() {
            return List.of();
        }

        @Override
        public Object chunk(Delta delta) {
            List<Choice> choices = List.of(new Choice(
                    delta.index(), delta.text(), logprobs(options, delta.tokens()), delta.finishReason(), null));
            return options.includeUsage()
                    ? new CompletionWithUsage(
                            id, "text_completion", created, model, choices, options.tier(), null, delta.early())
                    : new Completion(id, "text_completion", created, model, choices, options.tier(), delta.early());
        }

        @Override
        public Object usage(Usage usage) {
            return new CompletionWithUsage(
                    id, "text_completion", created, model, List.of(), options.tier(), usage, null);
        }
    }

    record Completion(
            String id,
            String object,
            long created,
            String model,
            List<Choice> choices,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("service_tier") @Nullable
            String serviceTier,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            EarlyEnd molink) {}

    record CompletionWithUsage(
            String id,
            String object,
            long created,
            String model,
            List<Choice> choices,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("service_tier") @Nullable
            String serviceTier,

            @Nullable Usage usage,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            EarlyEnd molink) {}

    /** @param promptLogprobs vLLM's addition; null where the request does not ask for it */
    record Choice(
            int index,
            String text,
            @Nullable CompletionLogprobs logprobs,
            @JsonProperty("finish_reason") @Nullable String finishReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("prompt_logprobs") @Nullable
            List<@Nullable Map<Integer, PromptLogprobs.Entry>> promptLogprobs) {}
}
