package dev.molink.gateway.tokenizer;

/** A model's text files cannot be used; the message names the file, what was found in it and what is allowed. */
public final class TextModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TextModelException(String message) {
        super(message);
    }

    TextModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
