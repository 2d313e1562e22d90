package dev.molink.stagenode.grammar;

/** A language, its serialised form or the work that it causes is refused; the message says what is allowed. */
public final class GrammarException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Whose fault it is. */
    public enum Reason {
        /** More terms, nesting, rules or work than the limits allow. */
        TOO_LARGE,
        /** No text belongs to the language, within the nesting allowed. */
        IMPOSSIBLE,
        /** Wrongly put together: an unknown rule, a rule that begins with itself, a broken regular expression. */
        INVALID,
        /** Beyond the subset that is understood. */
        UNSUPPORTED,
        /** Serialised bytes that no {@link Grammar} or {@link TokenVocabulary} wrote. */
        CORRUPT
    }

    private final Reason reason;

    /** @param problem names what was wrong, its value and what is allowed */
    public GrammarException(Reason reason, String problem) {
        super(problem);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
