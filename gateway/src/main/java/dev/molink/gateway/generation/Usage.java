package dev.molink.gateway.generation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** OpenAI's usage object. The counts are the head's, the same that the usage record holds. */
public record Usage(
        @JsonProperty("prompt_tokens") int promptTokens,
        @JsonProperty("completion_tokens") int completionTokens,
        @JsonProperty("total_tokens") int totalTokens,
        @JsonProperty("prompt_tokens_details") PromptDetails promptDetails,
        @JsonProperty("completion_tokens_details") CompletionDetails completionDetails) {

    /** @param cachedTokens those that the prefix cache spared the model */
    public record PromptDetails(
            @JsonProperty("cached_tokens") int cachedTokens,
            @JsonProperty("audio_tokens") int audioTokens) {}

    /** Kinds of tokens that this server's models do not make; clients expect the keys. */
    public record CompletionDetails(
            @JsonProperty("reasoning_tokens") int reasoningTokens,
            @JsonProperty("audio_tokens") int audioTokens,
            @JsonProperty("accepted_prediction_tokens") int acceptedPredictionTokens,
            @JsonProperty("rejected_prediction_tokens") int rejectedPredictionTokens) {}

    static Usage of(int promptTokens, int cachedTokens, int completionTokens) {
        return new Usage(
                promptTokens,
                completionTokens,
                promptTokens + completionTokens,
                new PromptDetails(cachedTokens, 0),
                new CompletionDetails(0, 0, 0, 0));
    }
}
