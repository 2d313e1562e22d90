package dev.molink.gateway.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the sampler and of the answer, checked. Null means that the request is silent, so that the model's
 * own default holds, and OpenAI's where the model has none.
 *
 * @param maxTokens generated ids per choice; null: as many as the context has room for
 * @param stop up to four strings, none of them empty, that end a choice and are not part of its text
 * @param stopTokenIds ids that end a choice, besides the model's own
 * @param ignoreEnd whether to go on after the model's end ids
 */
public record GenerationOptions(
        @Nullable Integer maxTokens,
        int choices,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer topK,
        @Nullable Double minP,
        @Nullable Long seed,
        List<String> stop,
        List<Integer> stopTokenIds,
        boolean ignoreEnd,
        boolean stream,
        boolean includeUsage) {

    public GenerationOptions {
        stop = List.copyOf(stop);
        stopTokenIds = List.copyOf(stopTokenIds);
    }

    public GenerationOptions withDefaultMaxTokens(int tokens) {
        return maxTokens != null
                ? this
                : new GenerationOptions(
                        tokens,
                        choices,
                        temperature,
                        topP,
                        topK,
                        minP,
                        seed,
                        stop,
                        stopTokenIds,
                        ignoreEnd,
                        stream,
                        includeUsage);
    }
}
