package dev.molink.stagenode.grammar.schema;

import java.io.Serial;
import java.util.Locale;

/** A JSON schema that no answer can be promised for: which keyword, where it stands, and why. The caller's fault. */
public final class SchemaRefusedException extends IllegalArgumentException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** What kind of refusal it is. */
    public enum Reason {
        /** No JSON text satisfies the schema. */
        IMPOSSIBLE,
        /** The keyword, or this use of it, is not supported. */
        UNSUPPORTED,
        /** A limit of {@link SchemaLimits} is passed. */
        TOO_LARGE,
        /** It is no JSON schema. */
        MALFORMED
    }

    private final Reason reason;
    private final String keyword;
    private final String pointer;

    SchemaRefusedException(Reason reason, String keyword, String pointer, String detail) {
        super("JSON schema refused at '#%s'%s: %s: %s"
                .formatted(pointer, keyword.isEmpty() ? "" : ", keyword '" + keyword + "'", name(reason), detail));
        this.reason = reason;
        this.keyword = keyword;
        this.pointer = pointer;
    }

    private static String name(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    public Reason reason() {
        return reason;
    }

    /** The keyword at fault; empty where it is the schema as a whole. */
    public String keyword() {
        return keyword;
    }

    /** The JSON pointer of the schema that holds the keyword; empty: the whole document. */
    public String pointer() {
        return pointer;
    }
}
