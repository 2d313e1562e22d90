package dev.molink.gateway.template.failure;

/** A template that could not be compiled or rendered; each kind has its own class because each is another's fault. */
public abstract sealed class TemplateException extends RuntimeException
        permits TemplateSyntaxException, TemplateRaisedException, TemplateEvaluationException, TemplateLimitException {
    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(message);
    }
}
