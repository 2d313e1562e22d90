package dev.molink.controlplane;

/** What was asked for cannot be done, and it is the asker's to mend; the message says what was wrong and what is allowed. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public RefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** The kind of refusal; stable, for callers that map it to a status. */
    public enum Reason {
        INVALID_VALUE,
        NAME_TAKEN,
        NOT_FOUND
    }
}
