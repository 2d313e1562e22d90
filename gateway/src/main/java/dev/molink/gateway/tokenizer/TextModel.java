package dev.molink.gateway.tokenizer;

import java.util.Map;
import java.util.Optional;

/**
 * All that a gateway knows about a model's text.
 *
 * @param tokenizer cuts text into ids and joins them again
 * @param specialTokens texts by the names that chat templates use: {@code bos_token}, {@code eos_token}, {@code unk_token}
 *     and so on; a token that the model does not have is left out
 * @param chatTemplates Jinja sources by name; a model with a single template calls it {@value #DEFAULT_TEMPLATE}, a model
 *     without one has none
 */
public record TextModel(Tokenizer tokenizer, Map<String, String> specialTokens, Map<String, String> chatTemplates) {

    static final String DEFAULT_TEMPLATE = "default";
    static final String TOOL_TEMPLATE = "tool_use";

    public TextModel {
        specialTokens = Map.copyOf(specialTokens);
        chatTemplates = Map.copyOf(chatTemplates);
    }

    /** The template for a conversation: the one for tools where there are tools and the model has one. */
    public Optional<String> chatTemplate(boolean withTools) {
        if (withTools && chatTemplates.containsKey(TOOL_TEMPLATE)) {
            return Optional.of(chatTemplates.get(TOOL_TEMPLATE));
        }
        return Optional.ofNullable(chatTemplates.get(DEFAULT_TEMPLATE));
    }
}
