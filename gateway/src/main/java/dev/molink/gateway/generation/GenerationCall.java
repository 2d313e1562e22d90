package dev.molink.gateway.generation;

import dev.molink.gateway.auth.ApiCaller;
import dev.molink.gateway.models.ServedModel;
import java.util.List;

/**
 * One HTTP request for text, read and resolved.
 *
 * @param requestId of the HTTP request; the first prompt runs under it, the others under it with their number
 * @param endpoint the path that was called
 * @param promptField the body's field that the prompts came from, for messages
 */
public record GenerationCall(
        String requestId,
        ApiCaller caller,
        String endpoint,
        ServedModel model,
        String promptField,
        List<Prompt> prompts,
        GenerationOptions options) {

    public GenerationCall {
        prompts = List.copyOf(prompts);
    }
}
