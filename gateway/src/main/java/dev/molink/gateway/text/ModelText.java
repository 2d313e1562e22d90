package dev.molink.gateway.text;

import dev.molink.gateway.tokenizer.TextModel;
import dev.molink.gateway.tokenizer.Tokenizer;

/** One model's tokenizer and chat template, ready for use by any number of threads. */
public final class ModelText {

    private final TextModel model;

    private ModelText(TextModel model) {
        this.model = model;
    }

    static ModelText of(TextModel model) {
        return new ModelText(model);
    }

    public Tokenizer tokenizer() {
        return model.tokenizer();
    }
}
