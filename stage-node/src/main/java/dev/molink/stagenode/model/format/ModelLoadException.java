package dev.molink.stagenode.model.format;

import org.jspecify.annotations.Nullable;

/** A model cannot be loaded; the message is a sentence that names the file or address, what was wrong, and the cure. */
public abstract class ModelLoadException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    protected ModelLoadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
