package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.proto.node.v1.ModelIdentity;

/** What a model's context has room for. */
final class ContextRoom {

    private ContextRoom() {}

    /**
     * The generated ids that each choice may have.
     *
     * @throws ApiException naming the prompt's field when the prompt leaves no room, and the limit's field when prompt and
     *     limit together are too long
     */
    static int maxTokens(ModelIdentity model, String promptField, Prompt prompt, GenerationOptions options) {
        int room = room(model, promptField, prompt.ids().size());
        int maxTokens = limited(model, prompt.ids().size(), room, options);
        int minTokens = options.sampling().minTokens();
        if (minTokens > maxTokens) {
            throw ApiException.field(
                    ErrorCode.ABOVE_MAXIMUM,
                    "min_tokens",
                    "Invalid 'min_tokens': expected a value <= %d, the most that this request may generate, but got %d instead."
                            .formatted(maxTokens, minTokens));
        }
        return maxTokens;
    }

    private static int room(ModelIdentity model, String field, int promptTokens) {
        if (promptTokens == 0) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE, field, "Invalid '%s': the prompt holds no token.".formatted(field));
        }
        int room = model.getMaxModelLen() - promptTokens;
        if (room < 1) {
            throw ApiException.field(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                    field,
                    "This model's maximum context length is %d tokens, but the %s alone has %d. Please shorten it."
                            .formatted(model.getMaxModelLen(), field, promptTokens));
        }
        return room;
    }

    private static int limited(ModelIdentity model, int promptTokens, int room, GenerationOptions options) {
        TokenLimit limit = options.limit();
        if (limit == null) {
            return options.defaultTokens() == null ? room : Math.min(room, options.defaultTokens());
        }
        if (limit.tokens() > room) {
            throw ApiException.field(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                    limit.field(),
                    "This model's maximum context length is %d tokens, but the prompt has %d and '%s' asks for %d more. Please shorten either."
                            .formatted(model.getMaxModelLen(), promptTokens, limit.field(), limit.tokens()));
        }
        return limit.tokens();
    }
}
