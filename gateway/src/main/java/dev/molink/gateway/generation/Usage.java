package dev.molink.gateway.generation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** OpenAI's usage object. The counts are the head's, the same that the usage record holds. */
public record Usage(
        @JsonProperty("prompt_tokens") int promptTokens,
        @JsonProperty("completion_tokens") int completionTokens,
        @JsonProperty("total_tokens") int totalTokens,
        @JsonProperty("prompt_tokens_details") PromptDetails promptDetails) {

    public record PromptDetails(
            @JsonProperty("cached_tokens") int cachedTokens) {}

    static Usage of(int promptTokens, int cachedTokens, int completionTokens) {
        return new Usage(
                promptTokens, completionTokens, promptTokens + completionTokens, new PromptDetails(cachedTokens));
    }
}
