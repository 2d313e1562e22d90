package dev.molink.gateway.template.failure;

/** Rendering was stopped because it would have used more than {@link TemplateLimits} allows. */
public final class TemplateLimitException extends TemplateException {
    private static final long serialVersionUID = 1L;

    /** {@code message} names the limit and its value. */
    public TemplateLimitException(String message) {
        super(message);
    }
}
