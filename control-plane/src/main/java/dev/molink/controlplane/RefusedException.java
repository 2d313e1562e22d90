package dev.molink.controlplane;

import org.jspecify.annotations.Nullable;

/** What was asked for cannot be done, and it is the asker's to mend; the message says what was wrong and what is allowed. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String field;

    public RefusedException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** @param field the name of the value that was refused, as the asker knows it; null when it is none in particular */
    public RefusedException(Reason reason, String message, @Nullable String field) {
        super(message);
        this.reason = reason;
        this.field = field;
    }

    public Reason reason() {
        return reason;
    }

    public @Nullable String field() {
        return field;
    }

    /** The kind of refusal; stable, for callers that map it to a status. */
    public enum Reason {
        INVALID_VALUE,
        NAME_TAKEN,
        NOT_FOUND
    }
}
