package dev.molink.gateway.text;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.template.ChatTemplate;
import dev.molink.gateway.template.failure.TemplateException;
import dev.molink.gateway.template.failure.TemplateLimitException;
import dev.molink.gateway.template.failure.TemplateRaisedException;
import dev.molink.gateway.template.failure.TemplateSyntaxException;
import dev.molink.gateway.tokenizer.TextModel;
import dev.molink.gateway.tokenizer.Tokenizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One model's tokenizer and chat template, ready for use by any number of threads. */
public final class ModelText {

    private static final Logger LOG = LoggerFactory.getLogger(ModelText.class);
    private static final int SHOWN_CHARACTERS = 200;

    private final TextModel model;
    private final @Nullable ChatTemplate template;

    private ModelText(TextModel model, @Nullable ChatTemplate template) {
        this.model = model;
        this.template = template;
    }

    /** A template that does not compile costs the model its chat endpoint, not its others. */
    static ModelText of(TextModel model) {
        try {
            return new ModelText(
                    model, model.chatTemplate(false).map(ChatTemplate::compile).orElse(null));
        } catch (TemplateSyntaxException unknown) {
            LOG.error("the model's chat template cannot be used: {}", unknown.getMessage());
            return new ModelText(model, null);
        }
    }

    public Tokenizer tokenizer() {
        return model.tokenizer();
    }

    /**
     * The ids of a conversation, ended where the assistant's answer begins.
     *
     * @param messages plain data, as the template sees it
     * @throws ApiException when the model has no usable template or the template refuses the conversation
     */
    public int[] chatPrompt(List<Map<String, @Nullable Object>> messages) {
        if (template == null) {
            throw ApiException.field(
                    ErrorCode.INVALID_TEMPLATE,
                    "model",
                    "The model has no chat template that this server can use; /v1/completions takes plain prompts.");
        }
        Map<String, @Nullable Object> context = new HashMap<>(model.specialTokens());
        context.put("messages", messages);
        context.put("tools", null);
        context.put("documents", null);
        context.put("add_generation_prompt", true);
        try {
            return model.tokenizer().encode(template.render(context), false);
        } catch (TemplateException refused) {
            throw refusal(refused, messages);
        }
    }

    private static ApiException refusal(TemplateException refused, List<Map<String, @Nullable Object>> messages) {
        String reason = switch (refused) {
            case TemplateRaisedException raised -> shown(raised, messages);
            case TemplateLimitException limited -> "it needs more steps or memory than a prompt may";
            default -> "it fails on these messages";
        };
        return ApiException.field(
                ErrorCode.INVALID_TEMPLATE,
                "messages",
                "The model's chat template does not take this conversation: %s.".formatted(reason));
    }

    /** The template's own words, unless they repeat what the client said: no error body quotes a prompt. */
    private static String shown(TemplateRaisedException raised, List<Map<String, @Nullable Object>> messages) {
        String text = String.valueOf(raised.getMessage());
        boolean quotes = messages.stream()
                .map(message -> message.get("content"))
                .anyMatch(content -> content instanceof String said && !said.isBlank() && text.contains(said));
        return quotes || text.length() > SHOWN_CHARACTERS ? "it refuses them" : text;
    }
}
