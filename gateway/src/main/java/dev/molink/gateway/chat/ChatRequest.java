package dev.molink.gateway.chat;

import dev.molink.gateway.generation.GenerationOptions;
import dev.molink.gateway.generation.LogprobFields;
import dev.molink.gateway.generation.LogprobOptions;
import dev.molink.gateway.generation.OptionFields;
import dev.molink.gateway.generation.UnavailableParameters;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checked body.
 *
 * @param messages as the chat template sees them
 * @param ignoredFields names that this server does not know
 */
record ChatRequest(
        String model,
        List<Map<String, @Nullable Object>> messages,
        GenerationOptions options,
        List<String> ignoredFields) {

    static ChatRequest read(Fields body) {
        String model = body.requireString("model");
        List<Map<String, @Nullable Object>> messages = ChatMessages.read(body);
        GenerationOptions options = OptionFields.read(body, logprobs(body), null);
        UnavailableParameters.refuseInChat(body);
        return new ChatRequest(model, messages, options, body.unread());
    }

    private static LogprobOptions logprobs(Fields body) {
        boolean wanted = body.flag("logprobs");
        Integer top = body.integer("top_logprobs", 0, LogprobOptions.MAX_TOP);
        if (!wanted && top != null && top > 0) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    body.path("top_logprobs"),
                    "Invalid 'top_logprobs': it needs 'logprobs' to be true.");
        }
        Integer generated = wanted ? Integer.valueOf(top == null ? 0 : top) : null;
        return new LogprobOptions(generated, LogprobFields.prompt(body), false, "top_logprobs");
    }
}
