package dev.molink.gateway.template.failure;

/**
 * An operation of the template failed on this conversation, for example {@code 'a' + none}. Python's Jinja2 fails on it
 * as well, so there is no prompt to send.
 */
public final class TemplateEvaluationException extends TemplateException {
    private static final long serialVersionUID = 1L;

    /** {@code message} says which operation failed on which types. */
    public TemplateEvaluationException(String message) {
        super(message);
    }

    /** The same failure with the template's line in front of the message. */
    public TemplateEvaluationException atLine(int line) {
        var located = new TemplateEvaluationException("line " + line + ": " + getMessage());
        located.initCause(this);
        return located;
    }
}
