package dev.molink.gateway.chat;

import dev.molink.gateway.generation.GenerationOptions;
import dev.molink.gateway.generation.OptionFields;
import dev.molink.gateway.generation.UnavailableParameters;
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
        GenerationOptions options = OptionFields.read(body);
        UnavailableParameters.refuseInChat(body);
        return new ChatRequest(model, messages, options, body.unread());
    }
}
