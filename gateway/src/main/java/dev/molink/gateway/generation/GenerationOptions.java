package dev.molink.gateway.generation;

import dev.molink.gateway.structure.StructureOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the engine and of the answer, checked as far as that goes without the model.
 *
 * @param limit null: the request is silent
 * @param defaultTokens generated ids per choice where it is silent; null: as many as the context has room for
 * @param stop up to four strings, none of them empty, that end a choice and are not part of its text
 * @param structure null: any text
 * @param endUser the tenant's own label for whom the request serves; null: none
 * @param cacheSalt the client's own part of what its cached prefixes are kept apart by; null: none
 */
public record GenerationOptions(
        @Nullable TokenLimit limit,
        @Nullable Integer defaultTokens,
        int choices,
        SamplingOptions sampling,
        List<String> stop,
        LogprobOptions logprobs,
        @Nullable StructureOption structure,
        Schedule schedule,
        @Nullable String endUser,
        @Nullable String cacheSalt,
        boolean stream,
        boolean includeUsage) {

    public GenerationOptions {
        stop = List.copyOf(stop);
    }

    /** The service tier that the request gets, named or not, in OpenAI's words. */
    String servedTier() {
        return schedule.servedTier();
    }

    /** The service tier that the answer names; null where the request names none. */
    public @Nullable String tier() {
        return schedule.tierNamed() ? servedTier() : null;
    }
}
