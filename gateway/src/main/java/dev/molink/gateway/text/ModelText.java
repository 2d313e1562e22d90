package dev.molink.gateway.text;

import dev.molink.gateway.tokenizer.TextModel;
import dev.molink.gateway.tokenizer.Tokenizer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One model's tokenizer and chat template, ready for use by any number of threads. */
public final class ModelText {

    private final TextModel model;

    private ModelText(TextModel model) {
        this.model = model;
    }

    static ModelText of(TextModel model) {
        return new ModelText(model);
    }

    /** The ids of a conversation, ended where the assistant's answer begins. */
    public int[] chatPrompt(List<Map<String, @Nullable Object>> messages) {
        throw new IllegalStateException("no chat template for " + messages.size() + " messages");
    }

    public Tokenizer tokenizer() {
        return model.tokenizer();
    }
}
