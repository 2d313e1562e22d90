package dev.molink.gateway.template.failure;

/**
 * The template itself refused the conversation through {@code raise_exception}: the client's fault. The message is the
 * template's own, unchanged, and may quote the conversation.
 */
public final class TemplateRaisedException extends TemplateException {
    private static final long serialVersionUID = 1L;

    /** {@code message} is what the template passed to {@code raise_exception}. */
    public TemplateRaisedException(String message) {
        super(message);
    }
}
