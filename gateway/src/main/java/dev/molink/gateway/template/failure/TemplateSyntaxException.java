package dev.molink.gateway.template.failure;

/** The source is not a template this interpreter understands: the fault of whoever published the template. */
public final class TemplateSyntaxException extends TemplateException {
    private static final long serialVersionUID = 1L;
    private final int line;

    /** {@code line} counts from 1; it stands in front of the message. */
    public TemplateSyntaxException(int line, String message) {
        super("line " + line + ": " + message);
        this.line = line;
    }

    /** The line of the source, counted from 1. */
    public int line() {
        return line;
    }
}
